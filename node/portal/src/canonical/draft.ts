// The bytes that an organisation signs to submit a signing, an enrolment or the reading of a writing, as proto/src/transaction.rs specifies them.
// Other kinds of transaction are not made by the portal.

import { sm3 } from "../crypto/sm3";
import { Encoder } from "./encoder";
import type { Nonce } from "./packet";

export interface SignBody {
  kind: "sign";
  matter: string;
  signer: string;
  document: Uint8Array;
  packet: Uint8Array;
  nonce: Nonce;
}

export interface EnrollBody {
  kind: "enroll";
  signer: string;
  references: Uint8Array[];
}

/** Somebody is about to read the writing of a signing. */
export interface AccessBody {
  kind: "access";
  matter: string;
  target: bigint;
  targetHash: Uint8Array;
  authority: string;
  order: Uint8Array;
}

export type Body = SignBody | EnrollBody | AccessBody;

/** Everything but the signature. `request` is the 16 bytes of a UUID. */
export interface Draft {
  chain: Uint8Array;
  organisation: string;
  key: Uint8Array;
  request: Uint8Array;
  expiry: bigint;
  body: Body;
}

function encodeBody(body: Body, e: Encoder): Encoder {
  if (body.kind === "enroll") return e.u8(1).text(body.signer).list(body.references, (r) => e.raw(r));
  if (body.kind === "access") return e.u8(6).text(body.matter).u64(body.target).raw(body.targetHash).text(body.authority).raw(body.order);
  e.u8(2).text(body.matter).text(body.signer).raw(body.document).raw(body.packet);
  return e.u64(body.nonce.height).raw(body.nonce.block);
}

function encodeDraft(draft: Draft, e: Encoder): Encoder {
  e.raw(draft.chain).text(draft.organisation).raw(draft.key).raw(draft.request).u64(draft.expiry);
  return encodeBody(draft.body, e);
}

/** The message for SM2. */
export function signingBytes(draft: Draft): Uint8Array {
  return encodeDraft(draft, Encoder.tagged("chirograph/draft")).finish();
}

/** The identity of the signed transaction. */
export function transactionId(draft: Draft, signature: Uint8Array): Uint8Array {
  return sm3(encodeDraft(draft, Encoder.tagged("chirograph/transaction")).raw(signature).finish());
}

/** What is signed to be given the packets under an access event. */
export function readBytes(chain: Uint8Array, access: bigint, timeMs: bigint): Uint8Array {
  return Encoder.tagged("chirograph/read-packets").raw(chain).u64(access).u64(timeMs).finish();
}
