// Digests of a file that the user chose, read in pieces. The file stays in the browser.

import { sha256 } from "@noble/hashes/sha256";
import { Sm3 } from "../crypto/sm3";

const PIECE = 1 << 20;

export interface Digests {
  name: string;
  size: number;
  sm3: Uint8Array;
  sha256: Uint8Array;
}

/** Reads piece by piece, so that the page stays alive; `progress` is told the share done. */
export async function digestsOf(file: Blob, progress: (share: number) => void = () => {}): Promise<Digests> {
  const [one, two] = [new Sm3(), sha256.create()];
  for (let at = 0; at < file.size; at += PIECE) {
    const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    one.update(piece);
    two.update(piece);
    progress(Math.min(1, (at + PIECE) / file.size));
  }
  return { name: file instanceof File ? file.name : "", size: file.size, sm3: one.digest(), sha256: two.digest() };
}
