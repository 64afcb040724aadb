// Genesis and the nouns in it (SPEC 4.1): parameters, organisations, rescue keys, sets of validators. It reads and digests;
// who is to be believed is the policy's business.
import { bigEndian, concat, equal, toHex, utf8 } from "./bytes.ts";
import { sm3 } from "./hash.ts";
import { demand, tagBytes, type Reader } from "./reader.ts";

/** The parameters that checks need; the others are read and left. Times are milliseconds. */
export interface Params {
  readonly model: Uint8Array;
  readonly acceptAt: number;
  readonly rejectBelow: number;
  readonly nonceAgeMost: bigint;
}

/** A member of the consortium. */
export interface Organisation {
  readonly name: string;
  readonly role: number;
  readonly keys: readonly Uint8Array[];
}

/** Who may appoint another set of validators when a quorum is lost. */
export interface RescueKeys {
  readonly threshold: number;
  readonly keys: readonly Uint8Array[];
}

/** A voting key and whose it is. */
export interface Validator {
  readonly org: string;
  readonly key: Uint8Array;
}

/** Those who vote in one epoch, in the order of their indices. */
export interface ValidatorSet {
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  readonly digest: Uint8Array;
}

/** The founding of a ledger. */
export interface Genesis {
  readonly name: string;
  readonly time: bigint;
  readonly params: Params;
  readonly organisations: readonly Organisation[];
  readonly validators: readonly (Validator & { readonly peer: Uint8Array })[];
  readonly rescue: RescueKeys;
  /** Digest of the genesis: the name of the ledger. */
  readonly chain: Uint8Array;
}

function allDiffer(values: readonly Uint8Array[]): boolean {
  return new Set(values.map(toHex)).size === values.length;
}

/** Parameters as they stand inside other values. */
export function readParams(reader: Reader): Params {
  const model = reader.digest();
  const acceptAt = reader.i32();
  const rejectBelow = reader.i32();
  reader.u32(); // epsilon_mb
  reader.bool(); // allow_synthetic
  const nonceAgeMost = reader.u64();
  reader.u64(); // expiry_max_blocks
  reader.u32(); // block_events_max
  reader.u32(); // packet_bytes_max
  reader.u64(); // leader_timeout_ms
  reader.u64(); // view_timeout_ms
  reader.u64(); // heartbeat_ms
  reader.u64(); // clock_skew_max_ms
  return { model, acceptAt, rejectBelow, nonceAgeMost };
}

/** An organisation as it stands inside other values. */
export function readOrganisation(reader: Reader): Organisation {
  const name = reader.name();
  const role = reader.choice(1, 5);
  return { name, role, keys: reader.list(64, (r) => r.key()) };
}

function readRescueKeys(reader: Reader): RescueKeys {
  const threshold = reader.u16();
  const keys = reader.list(32, (r) => r.key());
  const none = threshold === 0 && keys.length === 0;
  demand(none || (threshold <= keys.length && 2 * threshold > keys.length), "a threshold that no majority reaches");
  demand(allDiffer(keys), "a rescue key twice");
  return { threshold, keys };
}

function setOf(epoch: bigint, validators: readonly Validator[], body: Uint8Array): ValidatorSet {
  return { epoch, validators, digest: sm3(tagBytes("validator-set"), body) };
}

/** A set of validators as it stands inside other values. */
export function readValidatorSet(reader: Reader): ValidatorSet {
  const start = reader.at;
  const epoch = reader.u64();
  const validators = reader.list(256, (r) => ({ org: r.name(), key: r.key() }));
  demand(validators.length > 0 && allDiffer(validators.map((validator) => validator.key)), "a set that cannot vote");
  return setOf(epoch, validators, reader.since(start));
}

/** A genesis as a file. */
export function readGenesis(reader: Reader): Genesis {
  reader.tag("genesis");
  const name = reader.name();
  const time = reader.u64();
  const params = readParams(reader);
  const organisations = reader.list(1024, readOrganisation);
  const validators = reader.list(256, (r) => ({ org: r.name(), key: r.key(), peer: r.digest() }));
  const rescue = readRescueKeys(reader);
  return { name, time, params, organisations, validators, rescue, chain: sm3(reader.bytes) };
}

/** What of the rules of 4.1 a genesis breaks, if any. */
export function brokenRule(genesis: Genesis): "names" | "keys" | "validators" | undefined {
  const names = new Set(genesis.organisations.map((organisation) => organisation.name));
  if (names.size !== genesis.organisations.length) return "names";
  if (genesis.organisations.some((organisation) => organisation.keys.length === 0)) return "keys";
  const { validators } = genesis;
  const differ = allDiffer(validators.map(({ key }) => key)) && allDiffer(validators.map(({ peer }) => peer));
  if (validators.length === 0 || !differ || validators.some(({ org }) => !names.has(org))) return "validators";
  return undefined;
}

/** The set of epoch 0. */
export function firstSet(genesis: Genesis): ValidatorSet {
  const parts = [bigEndian(0, 8), bigEndian(genesis.validators.length, 4)];
  for (const { org, key } of genesis.validators) {
    const name = utf8(org);
    parts.push(bigEndian(name.length, 4), name, key);
  }
  return setOf(0n, genesis.validators, concat(...parts));
}

/** How many of a set may be faulty. */
function faulty(set: ValidatorSet): number {
  return Math.floor((set.validators.length - 1) / 3);
}

/** How many votes decide. */
export function quorum(set: ValidatorSet): number {
  return Math.ceil((set.validators.length + faulty(set) + 1) / 2);
}

/** Name of a key on the ledger. */
export function keyId(key: Uint8Array): Uint8Array {
  return sm3(tagBytes("key"), key);
}

/** The key of an organisation with this id. */
export function keyWithId(keys: readonly Uint8Array[], id: Uint8Array): Uint8Array | undefined {
  return keys.find((key) => equal(keyId(key), id));
}
