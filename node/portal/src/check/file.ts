// What a dropped file is, told from its own bytes, never from its name.

import { type StrokePacket, decodePacket } from "../canonical/packet";
import { MOST_POLICY_BYTES } from "../../../verifier/src/policy.ts";
import { decode } from "../../../verifier/src/reader.ts";
import { type Receipt, readReceipt } from "../../../verifier/src/receipt.ts";
import { type Archive, readZip } from "../../../verifier/src/zip.ts";

export type Opened =
  | { kind: "package"; bytes: Uint8Array }
  | { kind: "receipt"; receipt: Receipt }
  | { kind: "packet"; packet: StrokePacket }
  | { kind: "policy"; bytes: Uint8Array }
  | { kind: "other" };

export const FILE_BYTES_MAX = 256 << 20;

export function open(bytes: Uint8Array): Opened {
  // A damaged package is a package too: what is wrong with it is for the verifier to say.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return { kind: "package", bytes };
  const receipt = decode(bytes, readReceipt);
  if (receipt) return { kind: "receipt", receipt };
  const packet = tryPacket(bytes);
  if (packet) return { kind: "packet", packet };
  // Only to guess what it is: whether its bytes are a policy is for the verifier to say.
  const text = bytes.length <= MOST_POLICY_BYTES ? new TextDecoder().decode(bytes) : "";
  return /^\s*genesis\s*=/m.test(text) ? { kind: "policy", bytes } : { kind: "other" };
}

function tryPacket(bytes: Uint8Array): StrokePacket | null {
  try {
    return decodePacket(bytes);
  } catch {
    return null;
  }
}

/** A writing inside a package: the signing's own is number 0, references follow. */
export interface Inside {
  number: number;
  packet: StrokePacket;
}

/** The writings that a full or party package carries. */
export function packetsIn(archive: Archive): Inside[] {
  return [...archive.files].flatMap(([path, bytes]) => {
    const number = /^data\/packet\/(\d\d)\.bin$/.exec(path)?.[1];
    const packet = number === undefined ? null : tryPacket(bytes);
    return packet ? [{ number: Number(number), packet }] : [];
  });
}

export function writingsOf(bytes: Uint8Array): Inside[] {
  const archive = readZip(bytes);
  return archive ? packetsIn(archive) : [];
}
