// Search: a matter by name, an event by number or transaction, a document by its digest, which is computed here.

import { useState } from "preact/hooks";
import { unhex } from "../bytes";
import { digestsOf } from "../capture/document";
import { boundIn } from "../check/bound";
import { examiner } from "../check/examiner";
import type { Row } from "../check/table";
import type { Event } from "../gen/chirograph/v1/ledger_pb";
import { lookUp, newRun, ofReceipts } from "../node/lookup";
import { type Refusal, refusalOf } from "../node/refusal";
import { Batch } from "../parts/batch";
import { Digest } from "../parts/digest";
import { Drop } from "../parts/drop";
import { Hits } from "../parts/hits";
import { kindOf, timeOf } from "../parts/eventfacts";
import { RefusalBox } from "../parts/refusal";
import { go, link } from "../route";
import { moment, words } from "../words";
import { eventName } from "./event";

export function SearchPage() {
  const w = words();
  return (
    <>
      <h1>{w.search.title}</h1>
      <Ask id="matter" label={w.sign.matter} hint={w.search.matterHint} onAsk={(text) => go("matter", text)} check={(text) => text.length > 0 && !text.includes("/")} />
      <Ask id="event" label={w.pages.event} hint={w.search.eventHint} onAsk={(text) => go("event", text)} check={(text) => eventName(text) !== null} />
      <Documents />
      <Batch />
    </>
  );
}

interface AskProps {
  id: string;
  label: string;
  hint: string;
  check: (text: string) => boolean;
  onAsk: (text: string) => void;
}

function Ask({ id, label, hint, check, onAsk }: AskProps) {
  const w = words();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  const ask = (e: Event_) => {
    e.preventDefault();
    setWrong(!check(text.trim()));
    if (check(text.trim())) onAsk(text.trim());
  };
  return (
    <form class="card" onSubmit={ask} role="search" aria-label={label}>
      <label class="field" for={`search-${id}`}>
        <span>{label}</span>
      </label>
      <div class="ask">
        <input id={`search-${id}`} value={text} onInput={(e) => setText(e.currentTarget.value)} aria-describedby={`search-${id}-hint`} autocomplete="off" />
        <button type="submit">{w.search.go}</button>
      </div>
      <p class={wrong ? "fault" : "hint"} id={`search-${id}-hint`} role={wrong ? "alert" : undefined}>
        {wrong && `${w.search.wrong} `}
        {hint}
      </p>
    </form>
  );
}

type Event_ = globalThis.Event;

interface Found {
  name: string;
  sm3: Uint8Array;
  sha256: Uint8Array;
  events: Event[];
  /** By receipts inside the document. */
  inside: Row["hits"];
  file?: File;
}

function Documents() {
  const w = words();
  const [found, setFound] = useState<Found | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const search = async (name: string, sm3: Uint8Array, sha256: Uint8Array, file?: File) => {
    setFound(null);
    setRefusal(null);
    try {
      const events = await lookUp([sm3, sha256]);
      setFound({ name, sm3, sha256, events, inside: file ? await insideOf(file) : [], ...(file ? { file } : {}) });
    } catch (e) {
      setRefusal(refusalOf(e));
    }
  };
  const take = async (file: File) => {
    setShare(0);
    const d = await digestsOf(file, setShare);
    setShare(null);
    await search(d.name, d.sm3, d.sha256, file);
  };
  const byDigest = (text: string) => {
    const digest = unhex(text)!;
    void search(text.slice(0, 16), digest, digest);
  };
  return (
    <section class="card" aria-labelledby="document-title">
      <h2 id="document-title">{w.document.title}</h2>
      <Drop label={w.search.drop} hint={w.search.dropHint} onFile={take} />
      {share !== null && <p role="status">{w.document.hashing(Math.round(share * 100))}</p>}
      <Ask id="digest" label={w.search.digest} hint={w.search.digestHint} check={(t) => unhex(t)?.length === 32} onAsk={byDigest} />
      {refusal && <RefusalBox refusal={refusal} />}
      {found && <Results found={found} />}
    </section>
  );
}

/** What receipts inside a document say, each verified here. */
async function insideOf(file: File): Promise<Row["hits"]> {
  const checking = examiner();
  return boundIn(file)
    .then((bound) => ofReceipts(bound, newRun("", checking, new AbortController().signal)))
    .finally(checking.close);
}

function Results({ found }: { found: Found }) {
  const w = words();
  return (
    <div role="status">
      <p class="strong">{w.search.results(found.events.length, found.name)}</p>
      <p class="hint">
        SM3 <Digest value={found.sm3} brief /> · SHA-256 <Digest value={found.sha256} brief />
      </p>
      <ul class="results">
        {found.events.map((event) => {
          const matter = event.transaction?.body.value && "matter" in event.transaction.body.value ? event.transaction.body.value.matter : "";
          return (
            <li key={String(event.seq)}>
              <a href={link("event", String(event.seq))}>
                {w.event.title(w.event.kinds[kindOf(event)] ?? "", String(event.seq))}
              </a>{" "}
              · {matter} · {event.transaction?.organisation} · {moment(timeOf(event))}
            </li>
          );
        })}
      </ul>
      {found.inside.length > 0 && <p class="strong">{w.search.inside(found.name)}</p>}
      {found.inside.length > 0 && <Hits row={{ hits: found.inside, ...(found.file ? { file: found.file } : {}) }} />}
      <p class="hint">{w.search.noProof}</p>
    </div>
  );
}
