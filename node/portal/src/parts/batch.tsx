// Many documents at once: files, a folder, or a table of digests, looked up with progress, one line each. It is the node's
// look-up and proves nothing by itself, but for receipts that were put into a PDF: those are verified in this browser.

import { useRef, useState } from "preact/hooks";
import { examiner } from "../check/examiner";
import { type Row, eventsOf, readTable, writeTable } from "../check/table";
import { type Item, lookUpAll, newRun } from "../node/lookup";
import { count, words } from "../words";
import { Drop } from "./drop";
import { Hits } from "./hits";
import { save } from "./save";

/** A page that does more is the wrong tool. */
const DOCUMENTS_MAX = 20_000;
const SHOWN_MAX = 1000;
const TABLE_BYTES_MAX = 16 << 20;
const REDRAW_MS = 200;

interface State {
  rows: (Row | undefined)[];
  all: number;
  done: number;
  over: "no" | "whole" | "stopped";
  cut: boolean;
}

export function Batch() {
  const w = words();
  const [state, setState] = useState<State | null>(null);
  const stop = useRef<AbortController | null>(null);
  const begin = async (files: File[]) => {
    stop.current?.abort();
    const mine = (stop.current = new AbortController());
    const items = await itemsOf(files);
    const rows: (Row | undefined)[] = new Array(Math.min(items.length, DOCUMENTS_MAX)).fill(undefined);
    const now = { all: rows.length, done: 0, cut: items.length > DOCUMENTS_MAX };
    // A component is drawn again only for other props, so the rows are handed over anew.
    const snapshot = (over: State["over"]) => setState({ ...now, rows: [...rows], over });
    let drawn = 0;
    snapshot("no");
    const told = (row: Row, place: number) => {
      rows[place] = row;
      now.done += 1;
      if (performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      snapshot("no");
    };
    const checking = examiner();
    await lookUpAll(items.slice(0, DOCUMENTS_MAX), newRun(w.batch.badLine, checking, mine.signal), told).finally(checking.close);
    if (stop.current === mine) snapshot(mine.signal.aborted ? "stopped" : "whole");
  };
  return (
    <section class="card" aria-labelledby="batch-title">
      <h2 id="batch-title">{w.batch.title}</h2>
      <p class="hint">{w.batch.lead}</p>
      <div class="drops">
        <Drop label={w.batch.files} multiple onFiles={begin} />
        <Drop label={w.batch.folder} folder onFiles={begin} />
      </div>
      {state && <Progress state={state} stop={() => stop.current?.abort()} />}
      {state && <Rows rows={state.rows} />}
    </section>
  );
}

/** A single file that reads as a table of digests is one; everything else is a document. */
async function itemsOf(files: File[]): Promise<Item[]> {
  const [only] = files;
  if (files.length === 1 && only && /\.csv$/i.test(only.name) && only.size <= TABLE_BYTES_MAX) return readTable(await only.text());
  return files;
}

function Progress({ state, stop }: { state: State; stop: () => void }) {
  const w = words();
  const { rows, all, done, over, cut } = state;
  const found = rows.filter((row) => row && eventsOf(row).length > 0).length;
  const table = () => save("chirograph-documents.csv", new TextEncoder().encode(writeTable(rows.filter((row) => row !== undefined))));
  return (
    <>
      {over === "no" && (
        <div class="row">
          <progress value={done} max={all} aria-label={w.batch.title} />
          <span role="status">{w.batch.progress(count(done), count(all))}</span>
          <button type="button" onClick={stop}>
            {w.batch.stop}
          </button>
        </div>
      )}
      {over !== "no" && (
        <div class="row spread">
          <p class="strong" role="status">
            {over === "stopped" && `${w.batch.stopped} `}
            {w.batch.found(count(found), count(done))}
          </p>
          <button type="button" onClick={table}>
            {w.batch.save}
          </button>
        </div>
      )}
      {cut && <p class="fault">{w.batch.tooMany(count(DOCUMENTS_MAX))}</p>}
    </>
  );
}

function Rows({ rows }: { rows: readonly (Row | undefined)[] }) {
  const w = words();
  const known = rows.filter((row) => row !== undefined);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-labelledby="batch-title">
      <table>
        <thead>
          <tr>
            <th scope="col">{w.batch.name}</th>
            <th scope="col">{w.batch.events}</th>
          </tr>
        </thead>
        <tbody>
          {known.slice(0, SHOWN_MAX).map((row, i) => (
            <tr key={i}>
              <th scope="row">{row.name}</th>
              <td>{row.problem || (row.hits.length === 0 ? w.batch.none : <Hits row={row} />)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {known.length > SHOWN_MAX && <p class="hint">{w.batch.more(known.length - SHOWN_MAX)}</p>}
    </div>
  );
}
