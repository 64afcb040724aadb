// From strokes to a committed event: binds and attests packets, commits to them with a salt, signs the transaction and
// hands it to the node. The document itself never leaves the browser, only its digest does.

import { create } from "@bufbuild/protobuf";
import { attestedBytes, commitment, encodePacket, type Nonce, type StrokePacket } from "../canonical/packet";
import { type Body, type Draft, signingBytes, transactionId } from "../canonical/draft";
import { equal, hex } from "../bytes";
import { type GetNonceResponse, type SubmitResponse } from "../gen/chirograph/v1/service_pb";
import { type SealedPacket, SealedPacketSchema, TransactionSchema } from "../gen/chirograph/v1/transaction_pb";
import type { Operator } from "../state";
import { submission } from "./client";

/** A packet as captured, without what only the moment of submission knows. */
export type Captured = Omit<StrokePacket, "binding" | "attestation">;

/** A signed transaction with its sealed packets. */
export interface Submission {
  id: Uint8Array;
  draft: Draft;
  signature: Uint8Array;
  packets: SealedPacket[];
}

export interface Signing {
  matter: string;
  signer: string;
  document: Uint8Array;
  intent: string;
}

/** What the node tells before the writing begins; its block is the freshness nonce. */
export async function terms(): Promise<GetNonceResponse> {
  return submission.getNonce({});
}

export function nonceOf(t: GetNonceResponse): Nonce {
  return { height: t.nonce?.height ?? 0n, block: t.nonce?.block ?? new Uint8Array(32) };
}

/** A signing of one document with one writing. What a capture device attested is taken as it is, its nonce included. */
export function signing(operator: Operator, t: GetNonceResponse, what: Signing, writing: Captured | StrokePacket): [Submission, StrokePacket] {
  const attested = "attestation" in writing && writing.attestation !== null;
  const fresh = { signer: what.signer, document: what.document, nonce: nonceOf(t), intent: what.intent };
  const packet = attested ? writing : attest(operator, { ...writing, binding: fresh, attestation: null });
  const { binding } = packet;
  const [sealed, digest] = seal(packet);
  const { matter, signer, document } = what;
  const body: Body = { kind: "sign", matter, signer, document, packet: digest, nonce: binding.nonce };
  return [signed(operator, t, body, [sealed]), packet];
}

/** An enrolment with one to ten writings. */
export function enrolment(operator: Operator, t: GetNonceResponse, signer: string, captured: Captured[]): Submission {
  const binding = { signer, document: new Uint8Array(32), nonce: nonceOf(t), intent: "enrolment" };
  const sealed = captured.map((c) => seal(attest(operator, { ...c, binding, attestation: null })));
  const body: Body = { kind: "enroll", signer, references: sealed.map(([, digest]) => digest) };
  return signed(operator, t, body, sealed.map(([packet]) => packet));
}

function attest(operator: Operator, packet: StrokePacket): StrokePacket {
  const signature = operator.key.sign(attestedBytes(packet));
  return { ...packet, attestation: { key: operator.key.point, signature } };
}

function seal(packet: StrokePacket): [SealedPacket, Uint8Array] {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const bytes = encodePacket(packet);
  return [create(SealedPacketSchema, { salt, packet: bytes }), commitment(bytes, salt)];
}

/** A transaction signed with the operator's key, with a request id of its own. */
export function signed(operator: Operator, t: GetNonceResponse, body: Body, packets: SealedPacket[]): Submission {
  const request = crypto.getRandomValues(new Uint8Array(16));
  request[6] = (request[6]! & 0x0f) | 0x40; // a UUID of version 4
  request[8] = (request[8]! & 0x3f) | 0x80;
  const { organisation, key } = operator;
  const draft = { chain: t.chainId, organisation, key: key.id, request, expiry: t.expiryHeightMax, body };
  const signature = key.sign(signingBytes(draft));
  return { id: transactionId(draft, signature), draft, signature, packets };
}

/** Hands a submission to the node. Refusals are thrown as ConnectError. */
export async function submit(s: Submission, validateOnly: boolean): Promise<SubmitResponse> {
  const { draft, signature, packets } = s;
  const transaction = create(TransactionSchema, {
    chainId: draft.chain,
    organisation: draft.organisation,
    keyId: draft.key,
    requestId: uuid(draft.request),
    expiryHeight: draft.expiry,
    body: body(draft.body),
    signature,
  });
  const answer = await submission.submit({ transaction, packets, validateOnly });
  if (!equal(answer.transactionId, s.id)) throw new Error("the node answered about another transaction");
  return answer;
}

function body(b: Body) {
  if (b.kind === "enroll") return { case: "enroll" as const, value: { signer: b.signer, references: b.references } };
  if (b.kind === "access") {
    const { matter, target, targetHash, authority, order } = b;
    return { case: "access" as const, value: { matter, target, targetHash, authority, order } };
  }
  const { matter, signer, document, packet, nonce } = b;
  return { case: "sign" as const, value: { matter, signer, document, packet, nonce } };
}

function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
