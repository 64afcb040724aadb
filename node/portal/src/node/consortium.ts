// The consortium as it is now: the node's answer, held against genesis and the trail. What the node cannot prove is told
// as unproven, with the founders, who prove themselves by the chain id.

import { type Consortium, type Page, consortium } from "../check/members";
import { type Genesis, firstSet } from "../../../verifier/src/genesis.ts";
import { query } from "./client";
import { genesis } from "./genesis";
import { refusalOf } from "./refusal";
import { trail } from "./trail";

/** `proven`: as of that height. `founded`: nothing has been signed since. `unproven`: the founders, for want of a proof. */
export interface Present extends Consortium {
  standing: "proven" | "founded" | "unproven";
}

const PAGE_SIZE = 200;
/** A node that never comes to an end is not followed. The most members that a ledger can have are far fewer pages. */
const PAGES_MAX = 64;
/** Members are added and removed seldom: a list that changes each time while it is read is no list. */
const TRIES = 3;

export async function present(): Promise<Present> {
  const founding = await genesis();
  const answer = await pages(TRIES).catch((e: unknown) => {
    if (refusalOf(e).reason !== "NO_CHECKPOINT") throw e;
    return null;
  });
  if (answer === null) return founders(founding, "founded");
  // The trail is fetched after the checkpoints: it leads at least as far.
  const proven = consortium(answer, founding, await trail());
  return proven ? { ...proven, standing: "proven" } : founders(founding, "unproven");
}

/** All pages; from the first one again when the list changed meanwhile. */
async function pages(tries: number): Promise<Page[]> {
  const found: Page[] = [];
  let pageToken = "";
  try {
    do {
      const { checkpoint, state, nextPageToken } = await query.getMembers({ pageSize: PAGE_SIZE, pageToken });
      found.push({ checkpoint: checkpoint?.canonical ?? new Uint8Array(0), state });
      pageToken = nextPageToken;
    } while (pageToken !== "" && found.length < PAGES_MAX);
  } catch (e) {
    if (tries <= 1 || refusalOf(e).reason !== "PAGE_TOKEN_INVALID") throw e;
    return pages(tries - 1);
  }
  return found;
}

function founders(founding: Genesis, standing: "founded" | "unproven"): Present {
  const { organisations, params } = founding;
  return { set: firstSet(founding), organisations: [...organisations], params, height: 0n, standing };
}
