// Many documents, a few at a time: each digested here and looked up at the node by its digests. Receipts that were put into
// a PDF are found here and verified here; the documents stay in the browser.

import { hex } from "../bytes";
import { digestsOf } from "../capture/document";
import { type Bound, boundIn, namesIt } from "../check/bound";
import type { Examiner } from "../check/examiner";
import { sameChain } from "../check/receipt";
import type { Hit, Line, Row } from "../check/table";
import type { Event } from "../gen/chirograph/v1/ledger_pb";
import type { Genesis } from "../../../verifier/src/genesis.ts";
import type { Link } from "../../../verifier/src/trail.ts";
import { query } from "./client";
import { genesis } from "./genesis";
import { refusalOf } from "./refusal";
import { trail } from "./trail";

/** A document, or a line that names one. */
export type Item = File | Line;

/** Asked for at the same time: more would only wait in the browser. */
const IN_WORK = 6;
const EVENTS_MAX = 200;

/** Every event that names one of the digests, in the order of the ledger. */
export async function lookUp(digests: readonly Uint8Array[], stop?: AbortSignal): Promise<Event[]> {
  const different = [...new Map(digests.map((d) => [hex(d), d])).values()];
  const ask = (digest: Uint8Array) => query.findDocument({ digest, pageSize: EVENTS_MAX }, stop ? { signal: stop } : {});
  const answers = await Promise.all(different.map(ask));
  return answers.flatMap((a) => a.events).sort((a, b) => (a.seq < b.seq ? -1 : 1));
}

/** What a whole run shares. */
export interface Run {
  /** What is said of a line without a digest. */
  bad: string;
  examiner: Examiner;
  /** Genesis and trail, fetched when the first receipt is met. */
  ledger: () => Promise<[Genesis, Link[]]>;
  stop: AbortSignal;
}

export function newRun(bad: string, examiner: Examiner, stop: AbortSignal): Run {
  let wanted: Promise<[Genesis, Link[]]> | null = null;
  return { bad, examiner, stop, ledger: () => (wanted ??= Promise.all([genesis(), trail()])) };
}

/** Looks all of them up; `told` is given each row with its place as it is known. Ends early when stopped. */
export async function lookUpAll(items: readonly Item[], run: Run, told: (row: Row, place: number) => void): Promise<void> {
  let next = 0;
  const { stop } = run;
  const work = async () => {
    while (next < items.length && !stop.aborted) {
      const place = next++;
      const row = await one(items[place]!, run);
      if (!stop.aborted) told(row, place);
    }
  };
  await Promise.all(Array.from({ length: IN_WORK }, work));
}

async function one(item: Item, run: Run): Promise<Row> {
  const name = item instanceof File ? item.webkitRelativePath || item.name : item.name;
  try {
    return item instanceof File ? await ofFile(item, name, run) : await ofLine(item, run);
  } catch (e) {
    const { reason, message } = refusalOf(e);
    return { name, digests: [], hits: [], problem: `${reason} ${message}` };
  }
}

async function ofLine({ name, digest }: Line, { bad, stop }: Run): Promise<Row> {
  if (!digest) return { name, digests: [], hits: [], problem: bad };
  const events = await lookUp([digest], stop);
  return { name, digests: [digest], hits: events.map(({ seq }) => ({ seq, by: "file", length: 0, codes: [] })), problem: "" };
}

async function ofFile(file: File, name: string, run: Run): Promise<Row> {
  const { sm3, sha256 } = await digestsOf(file);
  const digests = [sm3, sha256];
  const found = await lookUp(digests, run.stop);
  const hits: Hit[] = found.map(({ seq }) => ({ seq, by: "file", length: file.size, codes: [] }));
  hits.push(...(await ofReceipts(await boundIn(file), run)));
  return { name, digests, hits, problem: "", file };
}

/** What attached receipts say, one line for what is known twice. */
export async function ofReceipts(all: readonly Bound[], run: Run): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const bound of all) hits.push(...(await ofReceipt(bound, run)));
  return different(hits);
}

/** What an attached receipt says, and which events the node knows of the document as it was before it. */
async function ofReceipt(bound: Bound, run: Run): Promise<Hit[]> {
  const length = bound.before;
  const { seq } = bound.receipt.event;
  const looked = await lookUp(bound.digests, run.stop);
  const known = looked.map((event): Hit => ({ seq: event.seq, by: "earlier", length, codes: [], changed: bound.changed }));
  return [{ seq, length, changed: bound.changed, ...(await standing(bound, run)) }, ...known];
}

/** Verified against the genesis and the trail of this node. */
async function standing(bound: Bound, { examiner, ledger }: Run): Promise<Pick<Hit, "by" | "codes">> {
  const [founding, links] = await ledger();
  const { receipt } = bound;
  if (!sameChain(receipt, founding)) return { by: "other-ledger", codes: [] };
  const verdict = await examiner.verify({ kind: "receipt", receipt, genesis: founding, trail: links, policy: { genesis: founding.chain } });
  const codes = verdict.checks.filter((check) => check.outcome === verdict.overall).map((check) => check.code);
  if (verdict.overall !== "VALID") return { by: verdict.overall === "INVALID" ? "not-valid" : "undecided", codes };
  return { by: namesIt(bound) ? "receipt" : "other-document", codes: [] };
}

/** One line for what is known twice: a proof before a look-up. */
function different(hits: readonly Hit[]): Hit[] {
  const proven = (hit: Hit) => hits.some((h) => h.by === "receipt" && h.seq === hit.seq && h.length === hit.length);
  const first = (hit: Hit, at: number) => hits.findIndex((h) => h.by === hit.by && h.seq === hit.seq && h.length === hit.length) === at;
  return hits.filter((hit, at) => first(hit, at) && (hit.by !== "earlier" || !proven(hit)));
}
