// A verifier's answer: the overall outcome, then each check with its code, outcome and sentence. Outcomes are told by
// word and sign, never by colour alone.

import type { Outcome } from "../../../verifier/src/check.ts";
import { type Code, title, UNCHECKED } from "../../../verifier/src/sentence.ts";
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
        {verdict.overall !== "VALID" && <p>{w.checks.because(verdict.checks.filter((c) => c.outcome === verdict.overall).map((c) => title(c.code as Code)[lang]))}</p>}
        <p class="hint">{w.checks.here}</p>
      </div>
      {verdict.unchecked.length > 0 && (
        <p class="hint">
          <strong>{UNCHECKED[lang]}</strong> {verdict.unchecked.map((path) => [<code key={path}>{path}</code>, " "])}
        </p>
      )}
      <ol class="check-list">
        {verdict.checks.map((check) => (
          <CheckLine key={check.code} title={title(check.code as Code)[lang]} code={check.code} outcome={check.outcome} detail={check.detail[lang]} />
        ))}
      </ol>
    </div>
  );
}

interface Line {
  title: string;
  code: string;
  outcome: Outcome;
  detail: string;
}

export function CheckLine({ title, code, outcome, detail }: Line) {
  return (
    <li class={`check check-${BOXES[outcome]}`}>
      <span class="check-sign" aria-hidden="true">
        {SIGNS[outcome]}
      </span>
      <div>
        <p class="check-head">
          <strong>{title}</strong> <code>{code}</code> <span class="outcome">{words().checks.outcome[outcome]}</span>
        </p>
        <p class="hint">{detail}</p>
      </div>
    </li>
  );
}
