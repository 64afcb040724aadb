// How one set of validators gave way to the next, fetched whole. What is in it proves itself under genesis.

import { decode } from "../../../verifier/src/reader.ts";
import { type Link, readTrail } from "../../../verifier/src/trail.ts";
import { query } from "./client";

const LINKS_MAX = 65_536;

export async function trail(): Promise<Link[]> {
  const links: Link[] = [];
  for (;;) {
    const fromEpoch = links.at(-1)?.set.epoch ?? 0n;
    const { trail } = await query.getTrail({ fromEpoch });
    const more = decode(trail, readTrail) ?? [];
    // A node that repeats itself does not keep us for ever.
    if (more.length === 0 || more[0]!.set.epoch <= fromEpoch || links.length >= LINKS_MAX) return links;
    links.push(...more);
  }
}
