// Inclusion in the two Merkle logs (SPEC 4.5; RFC 9162 section 2.1.3.2).
import { equal } from "./bytes.ts";
import type { Hash } from "./hash.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** A claim: this leaf stands at this index in the tree of so many leaves. */
export interface Inclusion {
  readonly leaf: Uint8Array;
  readonly index: bigint;
  readonly size: bigint;
  readonly path: readonly Uint8Array[];
}

/** Whether the path leads from the leaf to the root. */
export function included(claim: Inclusion, root: Uint8Array, hash: Hash): boolean {
  if (claim.index >= claim.size) return false;
  let [index, last] = [claim.index, claim.size - 1n];
  let node = hash(LEAF, claim.leaf);
  for (const sibling of claim.path) {
    if (last === 0n) return false;
    if ((index & 1n) === 1n || index === last) {
      node = hash(NODE, sibling, node);
      while ((index & 1n) === 0n && index !== 0n) [index, last] = [index >> 1n, last >> 1n];
    } else {
      node = hash(NODE, node, sibling);
    }
    [index, last] = [index >> 1n, last >> 1n];
  }
  return last === 0n && equal(node, root);
}
