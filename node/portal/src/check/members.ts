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
  /** Of the header that it is proven under; of several, the lowest. */
  height: bigint;
}

const PARAMS = 1;
const ORGANISATION = 3;
const MEMBERS = 20;

/** One answer of the node. */
export interface Page {
  checkpoint: Uint8Array;
  state: Uint8Array;
}

/** What one page proves: the whole list of names, and the organisations that are on it. */
interface Shown extends Consortium {
  names: string[];
}

/**
 * The consortium; undefined when the pages do not prove one. Every page proves the whole list, so none can be left out;
 * an organisation is proven as of its page's header, and `height` is the lowest of them.
 */
export function consortium(pages: readonly Page[], genesis: Genesis, trail: readonly Link[]): Consortium | undefined {
  const shown = pages.map((page) => shownBy(page, genesis, trail));
  const last = shown.at(-1);
  if (!last || shown.some((page) => page?.names.join("\n") !== last.names.join("\n"))) return undefined;
  const organisations = shown.flatMap((page) => page!.organisations);
  if (organisations.length !== last.names.length || organisations.some((o, i) => o.name !== last.names[i])) return undefined;
  const { set, params } = last;
  return { set, params, organisations, height: shown.reduce((low, page) => (page!.height < low ? page!.height : low), last.height) };
}

function shownBy(page: Page, genesis: Genesis, trail: readonly Link[]): Shown | undefined {
  const checkpoint = decode(page.checkpoint, checkpointFile);
  const entries = decode(page.state, readStateFile);
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
  if (!params || !names) return undefined;
  const here = names.map((name) => leaf(stateKey(ORGANISATION, name), tagged("organisation", readOrganisation)));
  return { set, params, names, organisations: here.filter((o) => o !== undefined), height: header.height };
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
