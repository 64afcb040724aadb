// Login by signature: the organisation asks, a one-time prompt is shown, the person signs under it, and what comes of it is
// checked here like any other event. The page lets nobody in anywhere: it shows what an organisation would decide upon.

import { useCallback, useEffect, useState } from "preact/hooks";
import type { Attempt } from "../capture/attempt";
import { overall } from "../../../verifier/src/check.ts";
import { type Committed, type Progress, commit } from "../node/commit";
import { type Judged, type Prompt, answer, judge, prompt as ask } from "../node/login";
import { type Refusal, refusalOf } from "../node/refusal";
import { submit } from "../node/submit";
import { CheckLine, Checks } from "../parts/checks";
import { KeyBox } from "../parts/keybox";
import { Pad } from "../parts/pad";
import { RefusalBox } from "../parts/refusal";
import { Votes } from "../parts/votes";
import { link } from "../route";
import { operator } from "../state";
import { words } from "../words";

type Outcome =
  | { step: "waiting"; progress: Progress | null }
  | { step: "committed"; committed: Committed; judged: Judged }
  | { step: "refused"; refusal: Refusal };

export function LoginPage() {
  const w = words();
  const [signer, setSigner] = useState("");
  const [prompt, setPrompt] = useState<Prompt | null>(null);
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const [round, setRound] = useState(0);
  const [missing, setMissing] = useState("");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const wrote = useCallback((a: Attempt) => setAttempt(a), []);
  const left = useLeft(prompt?.until ?? null);
  const busy = outcome?.step === "waiting";
  const over = outcome?.step === "committed";
  const lapsed = left !== null && left <= 0;

  const show = async () => {
    const lack = !operator.value?.organisation ? w.sign.missing.key : signer.trim() ? "" : w.sign.missing.signer;
    setMissing(lack);
    if (lack) return;
    setOutcome(null);
    setAttempt(null);
    setRound(round + 1);
    try {
      setPrompt(await ask(operator.value!, signer.trim()));
    } catch (e) {
      setPrompt(null);
      setOutcome({ step: "refused", refusal: refusalOf(e) });
    }
  };
  const go = async () => {
    const lack = attempt?.recorder.hasInk ? "" : w.sign.missing.ink;
    setMissing(lack);
    if (lack || !prompt || !operator.value) return;
    setOutcome({ step: "waiting", progress: null });
    try {
      const submission = answer(operator.value, prompt, attempt!.capture(""));
      const since = performance.now();
      await submit(submission, false);
      const committed = await commit(submission.id, since, (progress) => setOutcome({ step: "waiting", progress }));
      setOutcome({ step: "committed", committed, judged: await judge(committed.receipt, prompt.challenge) });
    } catch (e) {
      setOutcome({ step: "refused", refusal: refusalOf(e) });
    }
  };

  return (
    <>
      <h1>{w.login.title}</h1>
      <p class="lead">{w.login.lead}</p>
      <KeyBox />
      <section class="card" aria-labelledby="who-title">
        <h2 id="who-title">{w.login.who}</h2>
        <label class="field">
          <span>{w.sign.signer}</span>
          <input name="signer" value={signer} maxLength={64} disabled={busy} autocomplete="off" onInput={(e) => (setSigner(e.currentTarget.value), setPrompt(null))} />
          <small class="hint">{w.sign.signerHint}</small>
        </label>
        <div class="row">
          <button type="button" class={prompt ? "" : "primary"} disabled={busy} onClick={show}>
            {prompt ? w.login.another : w.login.show}
          </button>
        </div>
        {!prompt && missing && (
          <p class="fault" role="alert">
            {missing}
          </p>
        )}
      </section>
      {prompt && (
        <section class="card" aria-labelledby="prompt-title">
          <h2 id="prompt-title">{w.login.prompt}</h2>
          <p class="prompt" role="status">
            {/* Read out digit by digit, and not as a number. */}
            <span aria-hidden="true">{prompt.digits}</span>
            <span class="unseen">{[...prompt.digits].join(" ")}</span>
          </p>
          <p class={lapsed ? "fault" : "hint"} role={lapsed ? "alert" : undefined}>
            {lapsed ? w.login.lapsed : w.login.left(Math.max(0, Math.ceil((left ?? 0) / 1000)))}
          </p>
          <Pad onChange={wrote} round={round} disabled={busy || over || lapsed} />
          <p class="hint">{w.login.compared}</p>
          {!over && (
            <div class="row">
              <button type="button" class="primary" disabled={busy || lapsed} onClick={go}>
                {w.login.submit}
              </button>
            </div>
          )}
          {missing && (
            <p class="fault" role="alert">
              {missing}
            </p>
          )}
        </section>
      )}
      {outcome && <Result outcome={outcome} />}
    </>
  );
}

/** Milliseconds until then, looked at every second. */
function useLeft(until: number | null): number | null {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (until === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? null : until - now;
}

function Result({ outcome }: { outcome: Outcome }) {
  const w = words();
  return (
    <section class="card" aria-labelledby="result-title">
      <h2 id="result-title">{w.login.result}</h2>
      {outcome.step === "refused" && <RefusalBox refusal={outcome.refusal} />}
      {outcome.step === "waiting" && <p role="status">{w.sign.accepted}</p>}
      {outcome.step === "waiting" && outcome.progress && <Votes {...outcome.progress} />}
      {outcome.step === "committed" && <Answered {...outcome} />}
    </section>
  );
}

const BOXES = { VALID: "good", INVALID: "bad", INDETERMINATE: "warn" } as const;

function Answered({ committed, judged }: { committed: Committed; judged: Judged }) {
  const w = words();
  const seq = String(committed.receipt.event?.seq ?? "");
  const both = [{ outcome: judged.verdict.overall }, ...judged.login].map((c) => ({ ...c, code: "", detail: { en: "", zh: "" } }));
  const all = overall(both);
  return (
    <>
      <div class={`box ${BOXES[all]}`} role="status">
        <p class="box-title">
          <code>{all}</code> {w.login.overall[all]}
        </p>
        <p>
          <a href={link("event", seq)}>{w.sign.committed(seq)}</a>
        </p>
      </div>
      <ol class="check-list">
        {judged.login.map(({ code, outcome }) => (
          <CheckLine key={code} title={w.login.checks[code].title} code={code} outcome={outcome} detail={w.login.checks[code][outcome]} />
        ))}
      </ol>
      <Votes votes={committed.votes} quorum={committed.quorum} />
      <details>
        <summary>{w.checks.title}</summary>
        <Checks verdict={judged.verdict} />
      </details>
    </>
  );
}
