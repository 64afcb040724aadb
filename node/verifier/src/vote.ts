// Headers, votes and certificates (SPEC 4.3), and proofs that a validator contradicted itself (4.6). Whoever asks brings
// the set of validators; where it comes from is the trail's business.
import { concat, equal, isZero } from "./bytes.ts";
import { quorum, type ValidatorSet } from "./genesis.ts";
import { sm3 } from "./hash.ts";
import { demand, tagBytes, type Reader } from "./reader.ts";
import { verifySm2 } from "./sm2.ts";

const NOTARIZE = 1;
const NULLIFY = 2;
const FINALIZE = 3;

/** The header of a block. Times are milliseconds since 1970. */
export interface Header {
  readonly chain: Uint8Array;
  readonly height: bigint;
  readonly epoch: bigint;
  readonly view: bigint;
  readonly time: bigint;
  readonly ledgerSize: bigint;
  readonly ledgerSum: Uint8Array;
  readonly sm3Root: Uint8Array;
  readonly sha256Root: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly validators: Uint8Array;
  readonly nextValidators: Uint8Array;
  readonly model: Uint8Array;
  /** The top-level bytes, which time-stamps are over. */
  readonly canonical: Uint8Array;
  readonly digest: Uint8Array;
}

/** What a vote is for. */
export interface Subject {
  readonly kind: number;
  readonly epoch: bigint;
  readonly view: bigint;
  readonly height: bigint;
  readonly block: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A signature by a validator, known by its index in its set. */
export interface Signed {
  readonly validator: number;
  readonly signature: Uint8Array;
}

/** Votes for one subject. */
export interface Certificate {
  readonly subject: Subject;
  readonly votes: readonly Signed[];
}

/** A header with the votes over it. */
export interface Checkpoint {
  readonly header: Header;
  readonly certificate: Certificate;
  readonly bytes: Uint8Array;
}

/** Two votes of one validator that contradict each other. */
export interface FaultProof {
  readonly first: Signed & { readonly subject: Subject };
  readonly second: Signed & { readonly subject: Subject };
}

/** A header as it stands inside other values. */
export function readHeader(reader: Reader): Header {
  const start = reader.at;
  const chain = reader.digest();
  const height = reader.u64();
  const epoch = reader.u64();
  const view = reader.u64();
  reader.digest(); // parent
  const time = reader.u64();
  reader.u16(); // proposer
  reader.digest(); // entries
  reader.u32(); // event_count
  const ledgerSize = reader.u64();
  const [ledgerSum, sm3Root, sha256Root, stateRoot] = [reader.digest(), reader.digest(), reader.digest(), reader.digest()];
  const [validators, nextValidators, model] = [reader.digest(), reader.digest(), reader.digest()];
  const canonical = concat(tagBytes("header"), reader.since(start));
  return {
    chain, height, epoch, view, time, ledgerSize, ledgerSum, sm3Root, sha256Root, stateRoot, validators, nextValidators, model,
    canonical, digest: sm3(canonical),
  };
}

/** A header as a file. */
export function readHeaderFile(reader: Reader): Header {
  reader.tag("header");
  return readHeader(reader);
}

function readSubject(reader: Reader): Subject {
  const start = reader.at;
  const kind = reader.choice(NOTARIZE, FINALIZE);
  const [epoch, view, height, block] = [reader.u64(), reader.u64(), reader.u64(), reader.digest()];
  demand(kind !== NULLIFY || (height === 0n && isZero(block)), "a nullify that names a block");
  return { kind, epoch, view, height, block, bytes: reader.since(start) };
}

function readSigned(reader: Reader): Signed {
  return { validator: reader.u16(), signature: reader.signature() };
}

/** Signatures whose indices must ascend, so that nobody counts twice. */
export function ascending(votes: readonly Signed[]): boolean {
  return votes.every((vote, i) => i === 0 || (votes[i - 1]?.validator ?? 0) < vote.validator);
}

/** A certificate as it stands inside other values. */
export function readCertificate(reader: Reader): Certificate {
  const subject = readSubject(reader);
  const votes = reader.list(256, readSigned);
  demand(ascending(votes), "votes out of order");
  return { subject, votes };
}

/** A checkpoint as it stands inside other values. */
export function readCheckpoint(reader: Reader): Checkpoint {
  const start = reader.at;
  const header = readHeader(reader);
  const certificate = readCertificate(reader);
  return { header, certificate, bytes: reader.since(start) };
}

/** A fault proof as it stands inside other values. */
export function readFaultProof(reader: Reader): FaultProof {
  const vote = (): FaultProof["first"] => ({ subject: readSubject(reader), ...readSigned(reader) });
  return { first: vote(), second: vote() };
}

function holds(vote: Signed, subject: Subject, set: ValidatorSet, chain: Uint8Array): boolean {
  const key = set.validators[vote.validator]?.key;
  return key !== undefined && verifySm2(key, concat(tagBytes("vote"), chain, subject.bytes), vote.signature);
}

/** Why a certificate does not make a header final; undefined when it does. */
export type NotFinal = "subject" | "quorum" | "signature";

/** Whether the certificate makes the header final under the set (SPEC 4.3). */
export function notFinal({ header, certificate }: Omit<Checkpoint, "bytes">, set: ValidatorSet, chain: Uint8Array): NotFinal | undefined {
  const { subject, votes } = certificate;
  const epochs = subject.epoch === header.epoch && header.epoch === set.epoch;
  const block = subject.height === header.height && equal(subject.block, header.digest);
  const closes = subject.view > header.view && !equal(header.validators, header.nextValidators);
  if (subject.kind !== FINALIZE || !epochs || !block || !(subject.view === header.view || closes)) return "subject";
  if (votes.length < quorum(set)) return "quorum";
  return votes.every((vote) => holds(vote, subject, set, chain)) ? undefined : "signature";
}

/** Whether a proof shows that a validator of the set contradicted itself (SPEC 4.6). */
export function faultHolds({ first, second }: FaultProof, set: ValidatorSet, chain: Uint8Array): boolean {
  const [one, other] = [first.subject, second.subject];
  const same = first.validator === second.validator && one.epoch === other.epoch && one.view === other.view && one.epoch === set.epoch;
  const both = one.kind === other.kind && one.kind !== NULLIFY;
  const mixed = (one.kind === NULLIFY && other.kind === FINALIZE) || (one.kind === FINALIZE && other.kind === NULLIFY);
  if (!same || equal(one.bytes, other.bytes) || !(both || mixed)) return false;
  return holds(first, one, set, chain) && holds(second, other, set, chain);
}
