// Many documents, one after the other or a few at a time: each digested here and looked up at the node by its digests.

import { hex } from "../bytes";
import { digestsOf } from "../capture/document";
import type { Line, Row } from "../check/table";
import type { Event } from "../gen/chirograph/v1/ledger_pb";
import { query } from "./client";
import { refusalOf } from "./refusal";

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

/** Looks all of them up; `told` is given each row with its place as it is known. Ends early when stopped. */
export async function lookUpAll(items: readonly Item[], bad: string, told: (row: Row, place: number) => void, stop: AbortSignal): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < items.length && !stop.aborted) {
      const place = next++;
      const row = await one(items[place]!, bad, stop);
      if (!stop.aborted) told(row, place);
    }
  };
  await Promise.all(Array.from({ length: IN_WORK }, work));
}

async function one(item: Item, bad: string, stop: AbortSignal): Promise<Row> {
  const isFile = item instanceof File;
  const name = isFile ? item.webkitRelativePath || item.name : item.name;
  try {
    const digests = isFile ? await ofFile(item) : item.digest ? [item.digest] : [];
    const events = await lookUp(digests, stop);
    return { name, digests, events: events.map((e) => e.seq), problem: digests.length === 0 ? bad : "" };
  } catch (e) {
    const { reason, message } = refusalOf(e);
    return { name, digests: [], events: [], problem: `${reason} ${message}` };
  }
}

async function ofFile(file: File): Promise<Uint8Array[]> {
  const { sm3, sha256 } = await digestsOf(file);
  return [sm3, sha256];
}
