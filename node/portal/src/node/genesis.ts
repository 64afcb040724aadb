// The genesis that the node works with, fetched once. It is the node's claim: whoever verifies for a court brings the
// chain id from elsewhere.

import { type Genesis, readGenesis } from "../../../verifier/src/genesis.ts";
import { decode } from "../../../verifier/src/reader.ts";

/** Roles by number, as the specification has them. */
export const ROLES = ["", "court", "archive", "notary", "operator", "auditor"] as const;

let wanted: Promise<Genesis> | null = null;

export function genesis(): Promise<Genesis> {
  wanted ??= load().catch((e: unknown) => {
    wanted = null; // asked again next time
    throw e;
  });
  return wanted;
}

async function load(): Promise<Genesis> {
  const answer = await fetch("/genesis.bin");
  if (!answer.ok) throw new Error(`/genesis.bin: ${answer.status}`);
  const found = decode(new Uint8Array(await answer.arrayBuffer()), readGenesis);
  if (!found) throw new Error("/genesis.bin: is not a genesis");
  return found;
}
