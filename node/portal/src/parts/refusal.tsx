// Why the node or the page said no, with what to do about it.

import { type Refusal, sentence } from "../node/refusal";
import { language } from "../state";
import { words } from "../words";

export function RefusalBox({ refusal }: { refusal: Refusal }) {
  const w = words();
  const unreachable = refusal.reason === "UNREACHABLE";
  const title = unreachable ? w.refusal.silent : refusal.reason.endsWith("_NOT_FOUND") ? w.refusal.notFound : w.refusal.title;
  return (
    <div class="box bad" role="alert">
      <p class="box-title">
        {title} <code>{refusal.reason}</code>
      </p>
      <p>{unreachable ? w.refusal.UNREACHABLE : sentence(refusal, language.value)}</p>
      {!unreachable && language.value === "zh" && refusal.zh !== "" && <p class="hint" lang="en">{refusal.message}</p>}
      {refusal.field && (
        <p class="hint">
          {w.refusal.field}: <code>{refusal.field}</code>
        </p>
      )}
    </div>
  );
}
