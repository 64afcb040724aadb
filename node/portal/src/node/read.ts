// Reading a writing under the ledger's rule: first an access event is committed that says who reads it and on what ground,
// then the node releases the packet and the references, and both are held against what the event names before they are shown.

import { equal } from "../bytes";
import { type StrokePacket, commitment, decodePacket } from "../canonical/packet";
import { readBytes } from "../canonical/draft";
import type { Event } from "../gen/chirograph/v1/ledger_pb";
import type { SealedPacket } from "../gen/chirograph/v1/transaction_pb";
import type { Operator } from "../state";
import { access, submission } from "./client";
import { areCompared } from "./references";
import { signed, submit, terms } from "./submit";

export interface Ground {
  /** Number of the order, scope, purpose. */
  authority: string;
  /** Digest of the order; zeros where there is none. */
  order: Uint8Array;
}

export interface Writings {
  /** The access event. */
  access: bigint;
  signing: StrokePacket;
  references: StrokePacket[];
}

/** Declares the reading, waits for its commit, reads. Refusals are thrown as ConnectError. */
export async function readWriting(operator: Operator, event: Event, ground: Ground): Promise<Writings> {
  const body = event.transaction?.body;
  if (body?.case !== "sign") throw new Error("only a signing has a writing to read");
  const t = await terms();
  const target = { kind: "access" as const, matter: body.value.matter, target: event.seq, targetHash: event.hash };
  const declared = signed(operator, t, { ...target, ...ground }, []);
  await submit(declared, false);
  const receipt = await submission.waitForCommit({ transactionId: declared.id, timeout: { seconds: 60n, nanos: 0 } });
  const seq = receipt.event!.seq;
  const timeMs = BigInt(Date.now());
  const signature = operator.key.sign(readBytes(t.chainId, seq, timeMs));
  const released = await access.readPackets({ access: seq, timeMs, signature });
  const signing = opened(released.packet);
  if (!released.packet || !equal(commitment(released.packet.packet, released.packet.salt), body.value.packet)) {
    throw new Error("the node released another packet than the signing committed to");
  }
  if (!areCompared(t.chainId, released.references, event.appraisal?.template)) {
    throw new Error("the node released other references than the signing was compared with");
  }
  return { access: seq, signing, references: released.references.map(opened) };
}

function opened(sealed: SealedPacket | undefined): StrokePacket {
  if (!sealed) throw new Error("the node released no packet");
  return decodePacket(sealed.packet);
}
