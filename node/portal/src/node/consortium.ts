// The consortium as it is now: the node's answer, held against genesis and the trail. What the node cannot prove is told
// as unproven, with the founders, who prove themselves by the chain id.

import { type Consortium, consortium } from "../check/members";
import { type Genesis, firstSet } from "../../../verifier/src/genesis.ts";
import { query } from "./client";
import { genesis } from "./genesis";
import { refusalOf } from "./refusal";
import { trail } from "./trail";

/** `proven`: as of that height. `founded`: nothing has been signed since. `unproven`: the founders, for want of a proof. */
export interface Present extends Consortium {
  standing: "proven" | "founded" | "unproven";
}

export async function present(): Promise<Present> {
  const founding = await genesis();
  const answer = await query.getMembers({}).catch((e: unknown) => {
    if (refusalOf(e).reason !== "NO_CHECKPOINT") throw e;
    return null;
  });
  if (answer === null) return founders(founding, "founded");
  const asked = { checkpoint: answer.checkpoint?.canonical ?? new Uint8Array(0), state: answer.state };
  // The trail is fetched after the checkpoint: it leads at least as far.
  const proven = consortium(asked, founding, await trail());
  return proven ? { ...proven, standing: "proven" } : founders(founding, "unproven");
}

function founders(founding: Genesis, standing: "founded" | "unproven"): Present {
  const { organisations, params } = founding;
  return { set: firstSet(founding), organisations: [...organisations], params, height: 0n, standing };
}
