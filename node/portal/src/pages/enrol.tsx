// Enrolment: one to ten signatures of a person, written one after the other, with advice on how good a set they make.

import { useCallback, useState } from "preact/hooks";
import type { Attempt } from "../capture/attempt";
import type { StrokePacket } from "../canonical/packet";
import type { Opinion as Findings } from "../gen/chirograph/v1/service_pb";
import { type Committed, type Progress, commit } from "../node/commit";
import { type Refusal, refusalOf } from "../node/refusal";
import { type Captured, enrolment, submit, terms } from "../node/submit";
import { KeyBox } from "../parts/keybox";
import { Opinion } from "../parts/opinion";
import { Pad } from "../parts/pad";
import { RefusalBox } from "../parts/refusal";
import { Thumbnail } from "../parts/thumbnail";
import { Votes } from "../parts/votes";
import { link } from "../route";
import { keep, operator } from "../state";
import { words } from "../words";

const REFERENCES_MAX = 10;
/** From so many on the model's error rates are those of its card. */
const REFERENCES_ADVISED = 5;
const REFERENCES_FEW = 3;

type Outcome = { progress: Progress | null } | { committed: Committed } | { refusal: Refusal };

export function EnrolPage() {
  const w = words();
  const [signer, setSigner] = useState("");
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const [taken, setTaken] = useState<Captured[]>([]);
  const [round, setRound] = useState(0);
  const [missing, setMissing] = useState("");
  const [findings, setFindings] = useState<Findings | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const wrote = useCallback((a: Attempt) => setAttempt(a), []);
  const over = outcome !== null && !("refusal" in outcome);

  const take = () => {
    if (!attempt?.recorder.hasInk) return setMissing(w.sign.missing.ink);
    setMissing("");
    setTaken([...taken, attempt.capture("")]);
    setAttempt(null);
    setRound(round + 1);
  };
  const go = async () => {
    const lack = !operator.value?.organisation ? w.sign.missing.key : !signer.trim() ? w.sign.missing.signer : taken.length === 0 ? w.enrol.noneTaken : "";
    setMissing(lack);
    if (lack) return;
    setFindings(null);
    setOutcome({ progress: null });
    try {
      const submission = enrolment(operator.value!, await terms(), signer.trim(), taken);
      const since = performance.now();
      const answer = await submit(submission, false);
      setFindings(answer.opinion ?? null);
      taken.forEach((c, i) => keep({ title: `${signer.trim()} · ${w.replay.reference(i + 1)}`, packet: unbound(c) }));
      setOutcome({ committed: await commit(submission.id, since, (progress) => setOutcome({ progress })) });
    } catch (e) {
      setOutcome({ refusal: refusalOf(e) });
    }
  };
  return (
    <>
      <h1>{w.enrol.title}</h1>
      <p class="lead">{w.enrol.lead}</p>
      <KeyBox />
      <section class="card" aria-labelledby="enrol-title">
        <h2 id="enrol-title">{w.enrol.signatures}</h2>
        <label class="field">
          <span>{w.sign.signer}</span>
          <input name="signer" value={signer} maxLength={64} disabled={over} autocomplete="off" onInput={(e) => setSigner(e.currentTarget.value)} />
          <small class="hint">{w.enrol.signerHint}</small>
        </label>
        {taken.length < REFERENCES_MAX && !over && (
          <>
            <Pad onChange={wrote} round={round} />
            <div class="row">
              <button type="button" onClick={take}>
                {w.enrol.take(taken.length + 1)}
              </button>
              <span class="hint">{advice(taken.length)}</span>
            </div>
          </>
        )}
        {taken.length > 0 && (
          <ol class="thumbnails">
            {taken.map((c, i) => (
              <li key={i}>
                <Thumbnail captured={c} label={w.replay.reference(i + 1)} />
                {!over && (
                  <button type="button" class="quiet small" onClick={() => setTaken(taken.filter((_, k) => k !== i))}>
                    {w.enrol.remove(i + 1)}
                  </button>
                )}
              </li>
            ))}
          </ol>
        )}
        {missing && (
          <p class="fault" role="alert">
            {missing}
          </p>
        )}
        {!over && (
          <div class="row">
            <button type="button" class="primary" onClick={go}>
              {w.enrol.submit}
            </button>
          </div>
        )}
      </section>
      {outcome && (
        <section class="card" aria-labelledby="result-title">
          <h2 id="result-title">{w.opinion.title}</h2>
          {findings && <Opinion {...findings} />}
          {"refusal" in outcome && <RefusalBox refusal={outcome.refusal} />}
          {"progress" in outcome && outcome.progress && <Votes {...outcome.progress} />}
          {"committed" in outcome && (
            <>
              <div class="box good" role="status">
                <p class="box-title">
                  <a href={link("event", String(outcome.committed.receipt.event?.seq))}>{w.sign.committed(String(outcome.committed.receipt.event?.seq))}</a>
                </p>
                <p class="hint">{w.enrol.done(signer.trim())}</p>
              </div>
              <Votes votes={outcome.committed.votes} quorum={outcome.committed.quorum} />
            </>
          )}
        </section>
      )}
    </>
  );
}

function advice(n: number): string {
  const w = words().enrol;
  if (n < REFERENCES_FEW) return w.adviceFew;
  return n < REFERENCES_ADVISED ? w.adviceSome : w.adviceEnough;
}

/** For the replay of this visit only: what the packet is bound to plays no part there. */
function unbound(captured: Captured): StrokePacket {
  const nothing = new Uint8Array(32);
  return { ...captured, binding: { signer: "", document: nothing, nonce: { height: 0n, block: nothing }, intent: "" }, attestation: null };
}
