// The genesis that the node works with, fetched once. It is the node's claim: whoever verifies for a court brings the
// chain id from elsewhere.

import { type Genesis, decodeGenesis } from "../canonical/genesis";

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
  return decodeGenesis(new Uint8Array(await answer.arrayBuffer()));
}
