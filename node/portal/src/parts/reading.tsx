// Reading the writing of a signing: who asks, on what ground, and that it is put on the ledger before anything is shown.

import { useState } from "preact/hooks";
import { type Digests } from "../capture/document";
import type { Event } from "../gen/chirograph/v1/ledger_pb";
import { type Writings, readWriting } from "../node/read";
import { type Refusal, refusalOf } from "../node/refusal";
import { link } from "../route";
import { keep, operator } from "../state";
import { words } from "../words";
import { Disclosing } from "./disclosing";
import { DocumentBox } from "./documentbox";
import { KeyBox } from "./keybox";
import { Player } from "./player";
import { RefusalBox } from "./refusal";
import { Thumbnail } from "./thumbnail";

export function Reading({ event }: { event: Event }) {
  const w = words();
  const [authority, setAuthority] = useState("");
  const [order, setOrder] = useState<Digests | null>(null);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [read, setRead] = useState<Writings | null>(null);
  const go = async () => {
    const lack = !operator.value?.organisation ? w.sign.missing.key : authority.trim() ? "" : w.reading.noGround;
    setMissing(lack);
    if (lack) return;
    setBusy(true);
    setRefusal(null);
    try {
      const ground = { authority: authority.trim(), order: order?.sm3 ?? new Uint8Array(32) };
      const found = await readWriting(operator.value!, event, ground);
      found.references.forEach((packet, i) => keep({ title: `${w.pages.event} ${event.seq} · ${w.replay.reference(i + 1)}`, packet }));
      keep({ title: `${w.pages.event} ${event.seq} · ${w.replay.questioned}`, packet: found.signing });
      setRead(found);
    } catch (e) {
      setRefusal(refusalOf(e));
    }
    setBusy(false);
  };
  if (read) return <Shown read={read} />;
  return (
    <section class="card" aria-labelledby="reading-title">
      <h2 id="reading-title">{w.reading.title}</h2>
      <p class="hint">{w.reading.rule}</p>
      <details>
        <summary>{w.reading.open}</summary>
        <div class="nested">
          <KeyBox />
          <label class="field">
            <span>{w.reading.ground}</span>
            <input name="authority" value={authority} maxLength={160} autocomplete="off" onInput={(e) => setAuthority(e.currentTarget.value)} />
            <small class="hint">{w.reading.groundHint}</small>
          </label>
          <p class="strong">{w.reading.order}</p>
          <DocumentBox value={order} onChange={setOrder} />
          <div class="row">
            <button type="button" class="primary" disabled={busy} onClick={go}>
              {w.reading.go}
            </button>
            {busy && <span role="status">{w.reading.waiting}</span>}
          </div>
          {missing && (
            <p class="fault" role="alert">
              {missing}
            </p>
          )}
          {refusal && <RefusalBox refusal={refusal} />}
        </div>
      </details>
    </section>
  );
}

function Shown({ read }: { read: Writings }) {
  const w = words();
  return (
    <section class="card" aria-labelledby="reading-title">
      <h2 id="reading-title">{w.reading.title}</h2>
      <p class="box warn" role="status">
        <a href={link("event", String(read.access))}>{w.reading.recorded(String(read.access))}</a>
      </p>
      <Disclosing seq={read.access} />
      <Player packet={read.signing} />
      {read.references.length > 0 && (
        <>
          <h3>{w.reading.references}</h3>
          <ol class="thumbnails">
            {read.references.map((packet, i) => (
              <li key={i}>
                <Thumbnail captured={packet} label={w.replay.reference(i + 1)} />
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
