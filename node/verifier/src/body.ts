// What an event says (SPEC 4.2): one kind of body each. Reading only; what a body may say is for checks to judge.
import { readOrganisation, readValidatorSet, type ValidatorSet } from "./genesis.ts";
import { demand, Malformed, type Reader } from "./reader.ts";
import { readFaultProof, type FaultProof, type Signed } from "./vote.ts";


export interface Enroll {
  readonly kind: "enroll";
  readonly signer: string;
  readonly references: readonly Uint8Array[];
}

export interface Sign {
  readonly kind: "sign";
  readonly matter: string;
  readonly signer: string;
  readonly document: Uint8Array;
  readonly packet: Uint8Array;
  readonly nonceHeight: bigint;
  readonly nonceBlock: Uint8Array;
}

export interface Recorded {
  readonly kind: "record";
  readonly matter: string;
  readonly what: string;
  readonly content: Uint8Array;
  readonly note: string;
}

export interface Anchor {
  readonly kind: "anchor";
  readonly matter: string;
  readonly content: Uint8Array;
  readonly size: bigint;
  readonly locator: string;
}

export interface Attest {
  readonly kind: "attest";
  readonly matter: string;
  readonly target: bigint;
  readonly targetHash: Uint8Array;
  readonly statement: string;
}

/** The packet of a signing is about to be read: committed before it was released. */
export interface Access {
  readonly kind: "access";
  readonly matter: string;
  readonly target: bigint;
  readonly targetHash: Uint8Array;
  readonly authority: string;
  readonly order: Uint8Array;
}

/** A motion or a step of one. Its content is read for its form and not kept: no check needs it. */
export interface Govern {
  readonly kind: "govern";
}

export interface Fault {
  readonly kind: "fault";
  readonly proof: FaultProof;
}

export type Body = Enroll | Sign | Recorded | Anchor | Attest | Access | Govern | Fault;

/** The matter that a body belongs to; undefined where its kind has none. */
export function matterOf(body: Body): string | undefined {
  return "matter" in body ? body.matter : undefined;
}

/** A body as it stands in a draft. */
export function readBody(reader: Reader): Body {
  switch (reader.u8()) {
    case 1: return readEnroll(reader);
    case 2: return readSign(reader);
    case 3: return { kind: "record", matter: reader.name(), what: reader.name(), content: reader.digest(), note: reader.text(512) };
    case 4: return { kind: "anchor", matter: reader.name(), content: reader.digest(), size: reader.u64(), locator: reader.text(512) };
    case 5: return { kind: "attest", matter: reader.name(), target: reader.u64(), targetHash: reader.digest(), statement: reader.text(512) };
    case 6: return readAccess(reader);
    case 8: return readGovern(reader);
    case 9: return { kind: "fault", proof: readFaultProof(reader) };
    default: throw new Malformed("a body of a kind that is not known");
  }
}

function readEnroll(reader: Reader): Enroll {
  const signer = reader.name();
  const references = reader.list(10, (r) => r.digest());
  demand(references.length > 0, "an enrolment without references");
  return { kind: "enroll", signer, references };
}

function readSign(reader: Reader): Sign {
  const [matter, signer, document, packet] = [reader.name(), reader.name(), reader.digest(), reader.digest()];
  return { kind: "sign", matter, signer, document, packet, nonceHeight: reader.u64(), nonceBlock: reader.digest() };
}

function readAccess(reader: Reader): Access {
  const [matter, target, targetHash] = [reader.name(), reader.u64(), reader.digest()];
  return { kind: "access", matter, target, targetHash, authority: reader.text(512), order: reader.digest() };
}

function readGovern(reader: Reader): Govern {
  switch (reader.u8()) {
    case 1:
      demand(reader.list(32, readChange).length > 0, "a motion that moves nothing");
      reader.text(512);
      break;
    case 2: reader.digest(); break;
    case 3: reader.digest(), reader.u64(), reader.digest(), reader.u32(); break;
    case 4: readResolution(reader); break;
    default: throw new Malformed("a step of governance that is not known");
  }
  return { kind: "govern" };
}

function readContact(reader: Reader): void {
  reader.digest();
  reader.text(256);
}

function readChange(reader: Reader): void {
  switch (reader.u8()) {
    case 1: reader.name(), reader.key(), readContact(reader); break;
    case 2: reader.digest(); break;
    case 3: reader.digest(), reader.key(), readContact(reader); break;
    case 4: readOrganisation(reader); break;
    case 5: reader.name(); break;
    case 6: reader.name(), reader.key(); break;
    case 7: reader.name(), reader.digest(); break;
    case 8: reader.u32(); break;
    default: throw new Malformed("a change that is not known");
  }
}

/** What the holders of rescue keys signed: another set after a quorum was lost (SPEC 4.4). */
export interface Resolution {
  readonly chain: Uint8Array;
  /** Of the block that it goes on from. */
  readonly height: bigint;
  readonly set: ValidatorSet;
  readonly signatures: readonly Signed[];
  /** Everything before the signatures. */
  readonly signed: Uint8Array;
}

/** A resolution as it stands inside other values. */
export function readResolution(reader: Reader): Resolution {
  const start = reader.at;
  const chain = reader.digest();
  const height = reader.u64();
  reader.digest();
  const set = readValidatorSet(reader);
  reader.list(256, (r) => (r.digest(), readContact(r)));
  const signed = reader.since(start);
  const signatures = reader.list(32, (r) => ({ validator: r.u16(), signature: r.signature() }));
  return { chain, height, set, signatures, signed };
}
