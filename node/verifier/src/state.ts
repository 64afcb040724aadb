// The state tree (SPEC 4.5): proofs that a value stands under a key in the state of a header, or that none does.
import { bigEndian, compare, concat, equal, utf8 } from "./bytes.ts";
import { readOrganisation, type Organisation } from "./genesis.ts";
import { sm3 } from "./hash.ts";
import { demand, decode, tagBytes, type Reader } from "./reader.ts";

/** A proof as it stands in a file. */
export interface StateProof {
  /** From the root downwards. */
  readonly siblings: readonly Uint8Array[];
  readonly terminal: { readonly path: Uint8Array; readonly value: Uint8Array } | null;
}

/** One line of data/state.bin. */
export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly proof: StateProof;
}

/** What an entry says, when key and value fit each other. */
export type Fact = { readonly kind: "organisation"; readonly organisation: Organisation } | { readonly kind: "retired"; readonly org: string; readonly key: Uint8Array; readonly id: Uint8Array; readonly height: bigint };

const EMPTY = new Uint8Array(32);
const ORGANISATION = 3;
const MATTER = 5;
const RETIRED_KEY = 25;

/** A proof as it stands inside other values. */
export function readProof(reader: Reader): StateProof {
  const siblings = reader.list(256, (r) => r.digest());
  return { siblings, terminal: reader.option((r) => ({ path: r.digest(), value: r.digest() })) };
}

/** A file of entries with their proofs. */
export function readStateFile(reader: Reader): Entry[] {
  reader.tag("state-file");
  const bytes = (most: number): Uint8Array => {
    const length = reader.u32();
    demand(length <= most, "bytes that are too long");
    return reader.take(length);
  };
  const entries = reader.list(4096, () => ({ key: bytes(256), value: bytes(65536), proof: readProof(reader) }));
  demand(entries.every((entry, i) => i === 0 || compare(entries[i - 1]?.key ?? EMPTY, entry.key) < 0), "keys out of order");
  return entries;
}

function bit(path: Uint8Array, depth: number): boolean {
  return (((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) === 1;
}

/** What a proof shows about a path under a root: the hash of its value, that it is absent, or nothing. */
export function shows(proof: StateProof, path: Uint8Array, root: Uint8Array): Uint8Array | "absent" | undefined {
  const { siblings, terminal } = proof;
  let node = terminal === null ? EMPTY : sm3(Uint8Array.of(0), terminal.path, terminal.value);
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] ?? EMPTY;
    node = bit(path, depth) ? sm3(Uint8Array.of(1), sibling, node) : sm3(Uint8Array.of(1), node, sibling);
  }
  if (!equal(node, root)) return undefined;
  if (terminal === null) return "absent";
  if (equal(terminal.path, path)) return terminal.value;
  for (let depth = 0; depth < siblings.length; depth++) if (bit(terminal.path, depth) !== bit(path, depth)) return undefined;
  return "absent";
}

function named(kind: number, name: string): Uint8Array {
  const bytes = utf8(name);
  return concat(tagBytes("state-key"), Uint8Array.of(kind), bigEndian(bytes.length, 4), bytes);
}

/** Path of a matter in the tree. */
export function matterPath(name: string): Uint8Array {
  return sm3(named(MATTER, name));
}

/** Whether the entry's value stands under its key in the state with this root. */
export function entryShown(entry: Entry, root: Uint8Array): boolean {
  const shown = shows(entry.proof, sm3(entry.key), root);
  return shown instanceof Uint8Array && equal(shown, sm3(entry.value));
}

/** What an entry says; undefined when it is of another kind, or its key names something else than its value. */
export function factOf(entry: Entry): Fact | undefined {
  return decode(entry.value, readOrganisationFile(entry.key)) ?? decode(entry.value, readRetiredFile(entry.key));
}

function readOrganisationFile(key: Uint8Array): (reader: Reader) => Fact {
  return (reader) => {
    reader.tag("organisation");
    const organisation = readOrganisation(reader);
    demand(equal(key, named(ORGANISATION, organisation.name)), "a key that names another organisation");
    return { kind: "organisation", organisation };
  };
}

function readRetiredFile(stateKey: Uint8Array): (reader: Reader) => Fact {
  return (reader) => {
    reader.tag("retired-key-leaf");
    const [org, key, height] = [reader.name(), reader.key(), reader.u64()];
    const id = sm3(tagBytes("key"), key);
    demand(equal(stateKey, concat(tagBytes("state-key"), Uint8Array.of(RETIRED_KEY), id)), "a key that names another key");
    return { kind: "retired", org, key, id, height };
  };
}
