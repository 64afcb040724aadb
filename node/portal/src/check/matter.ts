// Whether a list of events is everything that the ledger holds of a matter: found out in this browser from the node's
// proof, so that the node need not be believed.

import { concat } from "../../../verifier/src/bytes.ts";
import type { Genesis } from "../../../verifier/src/genesis.ts";
import { decode } from "../../../verifier/src/reader.ts";
import { type MatterFile, isComplete, leafShown, readMatterFile } from "../../../verifier/src/receipt.ts";
import { type Link, follow } from "../../../verifier/src/trail.ts";
import { notFinal } from "../../../verifier/src/vote.ts";

export type Completeness = "complete" | "absent" | "unproven";

/** Length byte, tag, version. */
function withoutTag(canonical: Uint8Array): Uint8Array {
  return canonical.subarray(2 + (canonical[0] ?? 0));
}

/** Joins the node's matter proof and the events of all pages to the file that the verifier reads. */
export function matterFile(proof: Uint8Array, events: readonly Uint8Array[]): MatterFile | undefined {
  const tag = new TextEncoder().encode("chirograph/matter-file");
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, events.length);
  const bytes = concat(Uint8Array.of(tag.length), tag, Uint8Array.of(1), withoutTag(proof), count, ...events.map(withoutTag));
  return decode(bytes, readMatterFile);
}

/** What the proof shows under the validators that the trail leads to. */
export function completeness(file: MatterFile | undefined, genesis: Genesis, trail: readonly Link[]): Completeness {
  if (!file) return "unproven";
  const { header } = file.checkpoint;
  const set = follow(trail.filter((link) => link.set.epoch <= header.epoch), genesis)?.at(-1);
  const signed = set?.epoch === header.epoch && notFinal(file.checkpoint, set, genesis.chain) === undefined;
  if (!signed || !leafShown(file)) return "unproven";
  if (file.leaf === null) return file.events.length === 0 ? "absent" : "unproven";
  return isComplete(file, genesis.chain) ? "complete" : "unproven";
}
