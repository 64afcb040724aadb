// Signing: key, matter and signer, document, writing; then what the node finds and the commit as it happens.

import { useCallback, useEffect, useState } from "preact/hooks";
import { type StrokePacket, PACKET_BYTES_MAX, decodePacket } from "../canonical/packet";
import type { Attempt } from "../capture/attempt";
import type { Digests } from "../capture/document";
import type { GetNonceResponse, Opinion as Findings } from "../gen/chirograph/v1/service_pb";
import { type Committed, type Progress, commit } from "../node/commit";
import { type Refusal, refusalOf } from "../node/refusal";
import { signing, submit, terms } from "../node/submit";
import { DocumentBox } from "../parts/documentbox";
import { Drop } from "../parts/drop";
import { KeyBox } from "../parts/keybox";
import { Opinion } from "../parts/opinion";
import { Pad } from "../parts/pad";
import { RefusalBox } from "../parts/refusal";
import { Thumbnail } from "../parts/thumbnail";
import { Votes } from "../parts/votes";
import { link } from "../route";
import { keep, operator } from "../state";
import { words } from "../words";

/** A nonce younger than this leaves the writer time enough. */
const NONCE_FRESH_MS = 120_000;
/** A node that did not answer is asked again soon: nobody need load the page anew. */
const RETRY_MS = 5_000;

interface Form {
  matter: string;
  signer: string;
  intent: string;
  posture: number;
}

type Outcome =
  | { step: "checked" }
  | { step: "waiting"; progress: Progress | null }
  | { step: "committed"; committed: Committed }
  | { step: "refused"; refusal: Refusal };

export function SignPage() {
  const w = words();
  const [form, setForm] = useState<Form>({ matter: "", signer: "", intent: w.sign.intentDefault, posture: 0 });
  const [document, setDocument] = useState<Digests | null>(null);
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const [file, setFile] = useState<StrokePacket | null>(null);
  const [round, setRound] = useState(0);
  const nonce = useNonce(round);
  const [missing, setMissing] = useState<(keyof typeof w.sign.missing)[]>([]);
  const [findings, setFindings] = useState<Findings | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const wrote = useCallback((a: Attempt) => {
    setAttempt(a);
    setFile(null);
    setFindings(null);
    setOutcome(null);
  }, []);
  const busy = outcome?.step === "waiting";
  const over = outcome?.step === "committed";

  const go = async (validateOnly: boolean) => {
    const lack = lacking(form, document, attempt, file);
    setMissing(lack);
    if (lack.length > 0 || !nonce.value || !document) return;
    setFindings(null);
    setOutcome({ step: "waiting", progress: null });
    try {
      const { matter, signer, intent } = form;
      const what = { matter: matter.trim(), signer: signer.trim(), intent: intent.trim(), document: document.sm3 };
      const [submission, packet] = signing(operator.value!, nonce.value, what, file ?? attempt!.capture("", form.posture));
      const since = performance.now();
      const answer = await submit(submission, validateOnly);
      setFindings(answer.opinion ?? null);
      if (validateOnly) return setOutcome({ step: "checked" });
      keep({ title: `${what.matter} · ${what.signer}`, packet });
      const committed = await commit(submission.id, since, (progress) => setOutcome({ step: "waiting", progress }));
      setOutcome({ step: "committed", committed });
    } catch (e) {
      setOutcome({ step: "refused", refusal: refusalOf(e) });
    }
  };
  const again = () => {
    setRound(round + 1);
    setDocument(null);
    setAttempt(null);
    setFile(null);
    setFindings(null);
    setOutcome(null);
  };

  return (
    <>
      <h1>{w.sign.title}</h1>
      <p class="lead">{w.sign.lead}</p>
      <KeyBox />
      <section class="card" aria-labelledby="what-title">
        <h2 id="what-title">{w.document.title}</h2>
        <Fields form={form} onChange={setForm} disabled={busy || over} />
        <DocumentBox value={document} onChange={setDocument} />
      </section>
      <section class="card" aria-labelledby="ink-title">
        <h2 id="ink-title">{w.sign.signature}</h2>
        <Pad onChange={wrote} disabled={busy || over || !nonce.value} round={round} />
        {navigator.webdriver && <p class="hint">{w.pad.synthetic}</p>}
        {!over && <Recorded file={file} onFile={setFile} />}
        {nonce.refusal && <RefusalBox refusal={nonce.refusal} />}
        {!over && (
          <div class="row">
            <button type="button" class="primary" disabled={busy} onClick={() => go(false)}>
              {w.sign.submit}
            </button>
            <button type="button" disabled={busy} onClick={() => go(true)}>
              {w.sign.check}
            </button>
          </div>
        )}
        {!nonce.value && !nonce.refusal && (
          <p class="hint" role="status">
            {w.pad.nonce}
          </p>
        )}
        {missing.length > 0 && (
          <div class="fault" role="alert">
            {missing.map((what) => (
              <p key={what}>{w.sign.missing[what]}</p>
            ))}
          </div>
        )}
      </section>
      {(outcome || findings) && <Result findings={findings} outcome={outcome} again={again} />}
    </>
  );
}

/** For who cannot use the field, or uses a pad with a program of its own: a signature that was recorded elsewhere. */
function Recorded({ file, onFile }: { file: StrokePacket | null; onFile: (packet: StrokePacket | null) => void }) {
  const w = words();
  const [bad, setBad] = useState(false);
  const take = async (chosen: File) => {
    try {
      onFile(decodePacket(chosen.size <= PACKET_BYTES_MAX ? new Uint8Array(await chosen.arrayBuffer()) : new Uint8Array(0)));
      setBad(false);
    } catch {
      setBad(true);
    }
  };
  return (
    <details>
      <summary>{w.pad.file}</summary>
      <Drop label={w.pad.fileDrop} accept=".packet" onFile={take} />
      {bad && (
        <p class="fault" role="alert">
          {w.pad.fileBad}
        </p>
      )}
      {file && (
        <p role="status">
          <Thumbnail captured={file} label={w.pad.fromFile} /> {w.pad.fromFile}
        </p>
      )}
    </details>
  );
}

function lacking(form: Form, document: Digests | null, attempt: Attempt | null, file: StrokePacket | null) {
  const has = {
    key: operator.value?.organisation,
    matter: form.matter.trim(),
    signer: form.signer.trim(),
    document,
    ink: file || attempt?.recorder.hasInk,
  };
  return (["key", "matter", "signer", "document", "ink"] as const).filter((what) => !has[what]);
}

/** A block to write under: fetched before the writing, and again when it grows old. */
function useNonce(round: number): { value: GetNonceResponse | null; refusal: Refusal | null } {
  const [value, setValue] = useState<GetNonceResponse | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    let timer = 0;
    const again = (ms: number) => (timer = window.setTimeout(fetch, ms));
    const fetch = () =>
      terms().then(
        (t) => (setValue(t), setRefusal(null), again(NONCE_FRESH_MS)),
        (e: unknown) => (setRefusal(refusalOf(e)), again(RETRY_MS)),
      );
    void fetch();
    return () => clearTimeout(timer);
  }, [round]);
  return { value, refusal };
}

function Fields({ form, onChange, disabled }: { form: Form; onChange: (f: Form) => void; disabled: boolean }) {
  const w = words();
  const text = (name: "matter" | "signer" | "intent", label: string, hint: string, max: number) => (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        value={form[name]}
        maxLength={max}
        disabled={disabled}
        autocomplete="off"
        aria-describedby={`${name}-hint`}
        onInput={(e) => onChange({ ...form, [name]: e.currentTarget.value })}
      />
      <small class="hint" id={`${name}-hint`}>
        {hint}
      </small>
    </label>
  );
  return (
    <div class="fields">
      {text("matter", w.sign.matter, w.sign.matterHint, 64)}
      {text("signer", w.sign.signer, w.sign.signerHint, 64)}
      {text("intent", w.sign.intent, w.sign.intentHint, 80)}
      <label class="field">
        <span>{w.posture.label}</span>
        <select name="posture" value={form.posture} disabled={disabled} onChange={(e) => onChange({ ...form, posture: Number(e.currentTarget.value) })}>
          {w.posture.values.map((name, i) => (
            <option key={i} value={i}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Result({ findings, outcome, again }: { findings: Findings | null; outcome: Outcome | null; again: () => void }) {
  const w = words();
  return (
    <section class="card" aria-labelledby="result-title">
      <h2 id="result-title">{w.opinion.title}</h2>
      {findings && <Opinion {...findings} />}
      {outcome?.step === "checked" && (
        <p class="box good" role="status">
          {w.sign.checked}
        </p>
      )}
      {outcome?.step === "refused" && <RefusalBox refusal={outcome.refusal} />}
      {outcome?.step === "waiting" && findings && <p role="status">{w.sign.accepted}</p>}
      {outcome?.step === "waiting" && outcome.progress && <Votes {...outcome.progress} />}
      {outcome?.step === "committed" && <Done committed={outcome.committed} again={again} />}
    </section>
  );
}

function Done({ committed, again }: { committed: Committed; again: () => void }) {
  const w = words();
  const seq = String(committed.receipt.event?.seq ?? "");
  return (
    <>
      <div class="box good" role="status">
        <p class="box-title">
          <a href={link("event", seq)}>{w.sign.committed(seq)}</a>
        </p>
        <p class="hint">{w.sign.took(committed.tookMs)}</p>
      </div>
      <Votes votes={committed.votes} quorum={committed.quorum} />
      <div class="row">
        <button type="button" onClick={again}>
          {w.sign.again}
        </button>
      </div>
    </>
  );
}
