// A matter's timeline: every event of it in order, and whether this browser could prove that there are no others.

import { type Completeness, completeness, matterFile } from "../check/matter";
import type { Event } from "../gen/chirograph/v1/ledger_pb";
import { genesis } from "../node/genesis";
import { EVENTS_SHOWN_MAX, type Listing, listMatter } from "../node/matter";
import { trail } from "../node/trail";
import { useAsked } from "../parts/asked";
import { EventOpinion, kindOf, timeOf } from "../parts/eventfacts";
import { RefusalBox } from "../parts/refusal";
import { link } from "../route";
import { moment, words } from "../words";

interface Proven {
  listing: Listing;
  shown: Completeness;
}

async function prove(matter: string): Promise<Proven> {
  const [listing, founding, links] = await Promise.all([listMatter(matter), genesis(), trail()]);
  const file = listing.proof && matterFile(listing.proof.canonical, listing.events.map((e) => e.canonical));
  return { listing, shown: completeness(file, founding, links) };
}

export function MatterPage({ matter }: { matter: string }) {
  const w = words();
  const asked = useAsked(() => prove(matter), [matter]);
  return (
    <>
      <h1>
        {w.pages.matter} <span class="name">{matter}</span>
      </h1>
      {asked.refusal && <RefusalBox refusal={asked.refusal} />}
      {!asked.value && !asked.refusal && <p role="status">{w.loading}</p>}
      {asked.value && <Timeline {...asked.value} />}
    </>
  );
}

const BOXES: Record<Completeness, string> = { complete: "good", absent: "good", unproven: "warn" };

function Timeline({ listing, shown }: Proven) {
  const w = words();
  const sentence = listing.whole ? w.matter[shown](String(listing.total)) : w.matter.tooMany(EVENTS_SHOWN_MAX, String(listing.total));
  return (
    <>
      <p class={`box ${listing.whole ? BOXES[shown] : "warn"}`} role="status">
        {sentence}
      </p>
      {listing.events.length > 0 && (
        <ol class="timeline">
          {listing.events.map((event) => (
            <Step key={String(event.seq)} event={event} />
          ))}
        </ol>
      )}
    </>
  );
}

function Step({ event }: { event: Event }) {
  const w = words();
  const body = event.transaction?.body;
  const signer = body?.case === "sign" ? body.value.signer : "";
  const note = body?.case === "record" ? [body.value.kind, body.value.note].filter(Boolean).join(" · ") : "";
  return (
    <li class={kindOf(event) === "sign" ? "step control" : "step"}>
      <article class="card">
        <div class="row spread">
          <h2>
            <a href={link("event", String(event.seq))}>
              {String(event.matterSeq)}. {w.event.kinds[kindOf(event)] ?? kindOf(event)}
            </a>
          </h2>
          <time class="hint" dateTime={new Date(timeOf(event)).toISOString()}>
            {moment(timeOf(event))}
          </time>
        </div>
        <p>{[event.transaction?.organisation, signer, note].filter(Boolean).join(" · ")}</p>
        <EventOpinion event={event} />
      </article>
    </li>
  );
}
