// A verifier's answer: the overall outcome, then each check with its code, outcome and sentence. Outcomes are told by
// word and sign, never by colour alone.

import type { Outcome } from "../../../verifier/src/check.ts";
import { type Code, title } from "../../../verifier/src/sentence.ts";
import type { Verdict } from "../../../verifier/src/verify.ts";
import { language } from "../state";
import { words } from "../words";

const SIGNS: Record<Outcome, string> = { VALID: "✓", INVALID: "✕", INDETERMINATE: "?" };
const BOXES: Record<Outcome, string> = { VALID: "good", INVALID: "bad", INDETERMINATE: "warn" };

export function Checks({ verdict }: { verdict: Verdict }) {
  const w = words();
  const lang = language.value;
  return (
    <div class="checks">
      <div class={`box ${BOXES[verdict.overall]}`} role="status">
        <p class="box-title">
          <code>{verdict.overall}</code> {w.checks.overall[verdict.overall]}
        </p>
        <p class="hint">{w.checks.here}</p>
      </div>
      <ol class="check-list">
        {verdict.checks.map((check) => (
          <li key={check.code} class={`check check-${BOXES[check.outcome]}`}>
            <span class="check-sign" aria-hidden="true">
              {SIGNS[check.outcome]}
            </span>
            <div>
              <p class="check-head">
                <strong>{title(check.code as Code)[lang]}</strong> <code>{check.code}</code>{" "}
                <span class="outcome">{w.checks.outcome[check.outcome]}</span>
              </p>
              <p class="hint">{check.detail[lang]}</p>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
