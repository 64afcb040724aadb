// Who belongs to the consortium now, who votes, and by which parameters: read from the node's answer only as far as the
// state root proves it that a quorum of the validators signed to whom the trail leads from genesis.

import { concat, equal, utf8, bigEndian } from "../../../verifier/src/bytes.ts";
import { type Genesis, type Organisation, type Params, type ValidatorSet, readOrganisation, readParams } from "../../../verifier/src/genesis.ts";
import { type Reader, decode, tagBytes } from "../../../verifier/src/reader.ts";
import { type Entry, entryShown, readStateFile } from "../../../verifier/src/state.ts";
import { type Link, follow } from "../../../verifier/src/trail.ts";
import { notFinal, readCheckpoint } from "../../../verifier/src/vote.ts";

export interface Consortium {
  set: ValidatorSet;
  organisations: Organisation[];
  params: Params;
  /** Of the header that it is proven under. */
  height: bigint;
}

const PARAMS = 1;
const ORGANISATION = 3;
const MEMBERS = 20;

/** The consortium; undefined when the answer does not prove one. */
export function consortium(answer: { checkpoint: Uint8Array; state: Uint8Array }, genesis: Genesis, trail: readonly Link[]): Consortium | undefined {
  const checkpoint = decode(answer.checkpoint, checkpointFile);
  const entries = decode(answer.state, readStateFile);
  if (!checkpoint || !entries) return undefined;
  const { header } = checkpoint;
  const set = follow(trail.filter((link) => link.set.epoch <= header.epoch), genesis)?.at(-1);
  if (set?.epoch !== header.epoch || notFinal(checkpoint, set, genesis.chain) !== undefined) return undefined;
  const leaf = <T>(key: Uint8Array, read: (reader: Reader) => T): T | undefined => {
    const entry = entries.find((e: Entry) => equal(e.key, key));
    return entry && entryShown(entry, header.stateRoot) ? decode(entry.value, read) : undefined;
  };
  const params = leaf(stateKey(PARAMS), tagged("params", readParams));
  const names = leaf(stateKey(MEMBERS), tagged("members-leaf", (r) => r.list(1024, (item) => item.name())));
  const found = names?.map((name) => leaf(stateKey(ORGANISATION, name), tagged("organisation", readOrganisation)));
  const organisations = found?.filter((o) => o !== undefined);
  if (!params || !names || organisations?.length !== names.length) return undefined;
  if (organisations.some((o, i) => o.name !== names[i])) return undefined;
  return { set, organisations, params, height: header.height };
}

function checkpointFile(reader: Reader) {
  reader.tag("checkpoint");
  return readCheckpoint(reader);
}

function tagged<T>(tag: string, read: (reader: Reader) => T): (reader: Reader) => T {
  return (reader) => {
    reader.tag(tag);
    return read(reader);
  };
}

function stateKey(kind: number, name?: string): Uint8Array {
  const bytes = name === undefined ? undefined : utf8(name);
  const named = bytes ? [bigEndian(bytes.length, 4), bytes] : [];
  return concat(tagBytes("state-key"), Uint8Array.of(kind), ...named);
}
