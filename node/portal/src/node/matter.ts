// All events of a matter with the proof that they are all.

import type { Event, MatterProof } from "../gen/chirograph/v1/ledger_pb";
import { query } from "./client";

/** A page that shows more would be of no use to a reader. */
export const EVENTS_SHOWN_MAX = 2000;

export interface Listing {
  events: Event[];
  total: bigint;
  proof: MatterProof | undefined;
  /** Whether all events were fetched. */
  whole: boolean;
}

export async function listMatter(matter: string): Promise<Listing> {
  const listing: Listing = { events: [], total: 0n, proof: undefined, whole: false };
  let pageToken = "";
  do {
    const page = await query.listMatterEvents({ parent: `matters/${matter}`, pageSize: 200, pageToken });
    listing.events.push(...page.events);
    listing.total = page.totalSize;
    listing.proof ??= page.completeness;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && listing.events.length < EVENTS_SHOWN_MAX);
  return { ...listing, whole: pageToken === "" };
}
