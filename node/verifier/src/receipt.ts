// Receipts (one event in both logs) and matter files (all events of one matter), SPEC 4.5: read, and judged against a
// checkpoint that others have made sure of.
import { bigEndian, equal, utf8 } from "./bytes.ts";
import { matterOf } from "./body.ts";
import { readEvent, type Event } from "./event.ts";
import { sha256, sm3 } from "./hash.ts";
import { included } from "./log.ts";
import { tagBytes, type Reader } from "./reader.ts";
import { matterPath, readProof, shows, type StateProof } from "./state.ts";
import { readCheckpoint, type Checkpoint } from "./vote.ts";

export interface Receipt {
  readonly event: Event;
  readonly sm3Path: readonly Uint8Array[];
  readonly sha256Path: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

export interface MatterFile {
  readonly matter: string;
  readonly leaf: { readonly count: bigint; readonly sum: Uint8Array } | null;
  readonly proof: StateProof;
  readonly checkpoint: Checkpoint;
  readonly events: readonly Event[];
}

/** A receipt as a file. */
export function readReceipt(reader: Reader): Receipt {
  reader.tag("receipt");
  const path = (): Uint8Array[] => reader.list(64, (r) => r.digest());
  return { event: readEvent(reader), sm3Path: path(), sha256Path: path(), checkpoint: readCheckpoint(reader) };
}

/** A matter file as a file. */
export function readMatterFile(reader: Reader): MatterFile {
  reader.tag("matter-file");
  const matter = reader.name();
  const leaf = reader.option((r) => ({ count: r.u64(), sum: r.digest() }));
  const proof = readProof(reader);
  const checkpoint = readCheckpoint(reader);
  return { matter, leaf, proof, checkpoint, events: reader.list(1048576, readEvent) };
}

/** Whether the event stands in one of the logs of the receipt's header. */
export function inLog(receipt: Receipt, log: "sm3" | "sha256"): boolean {
  const { event, checkpoint: { header } } = receipt;
  if (event.height > header.height) return false;
  const claim = { leaf: event.canonical, index: event.seq, size: header.ledgerSize };
  return log === "sm3"
    ? included({ ...claim, path: receipt.sm3Path }, header.sm3Root, sm3)
    : included({ ...claim, path: receipt.sha256Path }, header.sha256Root, sha256);
}

/** Whether the file's leaf, or that there is none, stands in the state of its header. */
export function leafShown({ matter, leaf, proof, checkpoint }: MatterFile): boolean {
  const shown = shows(proof, matterPath(matter), checkpoint.header.stateRoot);
  if (leaf === null) return shown === "absent";
  const value = sm3(tagBytes("matter-leaf"), bigEndian(leaf.count, 8), leaf.sum);
  return shown instanceof Uint8Array && equal(shown, value);
}

/** Whether the file has every event that its leaf counts, in order, none added and none left out. */
export function isComplete({ matter, leaf, events }: MatterFile, chain: Uint8Array): boolean {
  if (leaf === null || BigInt(events.length) !== leaf.count) return false;
  if (!events.every((event, i) => event.matterSeq === BigInt(i + 1) && matterOf(event.transaction.body) === matter)) return false;
  const name = utf8(matter);
  let sum = sm3(tagBytes("matter-sum"), chain, bigEndian(name.length, 4), name);
  for (const event of events) sum = sm3(sum, event.hash);
  return equal(sum, leaf.sum);
}
