// One event: its facts, what the model said, and its evidence package, made by the node and checked in this browser.

import { query } from "../node/client";
import { type Package, exportEvent } from "../node/export";
import { Checks } from "../parts/checks";
import { useAsked } from "../parts/asked";
import { Examined } from "../parts/examined";
import { EventFacts, EventOpinion, kindOf } from "../parts/eventfacts";
import { Reading } from "../parts/reading";
import { RefusalBox } from "../parts/refusal";
import { save } from "../parts/save";
import { Votes } from "../parts/votes";
import { quorum } from "../../../verifier/src/genesis.ts";
import type { Case } from "../../../verifier/src/case.ts";
import { link } from "../route";
import { words } from "../words";

/** `12` or a transaction's 64 hex digits. */
export function eventName(text: string): string | null {
  if (/^\d{1,19}$/.test(text)) return `events/${text}`;
  return /^[0-9a-fA-F]{64}$/.test(text) ? `transactions/${text.toLowerCase()}` : null;
}

export function EventPage({ name: text }: { name: string }) {
  const w = words();
  const name = eventName(text) ?? text;
  const event = useAsked(() => query.getEvent({ name }), [name]);
  return (
    <>
      <h1>{event.value ? w.event.title(w.event.kinds[kindOf(event.value)] ?? "", String(event.value.seq)) : w.pages.event}</h1>
      {event.refusal && (
        <>
          <RefusalBox refusal={event.refusal} />
          <p>
            <a href={link("search")}>{w.search.title}</a>
          </p>
        </>
      )}
      {!event.value && !event.refusal && <p role="status">{w.loading}</p>}
      {event.value && (
        <section class="card" aria-labelledby="facts-title">
          <h2 id="facts-title">{w.event.facts}</h2>
          <EventFacts event={event.value} />
        </section>
      )}
      {event.value?.appraisal && (
        <section class="card" aria-labelledby="writing-title">
          <h2 id="writing-title">{w.event.writing}</h2>
          <EventOpinion event={event.value} />
        </section>
      )}
      {event.value && <Proof name={name} />}
      {event.value && kindOf(event.value) === "sign" && <Reading event={event.value} />}
    </>
  );
}

function Proof({ name }: { name: string }) {
  const w = words();
  const made = useAsked((stop) => exportEvent(name, stop), [name]);
  return (
    <section class="card" aria-labelledby="checks-title">
      <div class="row spread">
        <h2 id="checks-title">{w.checks.title}</h2>
        {made.value && (
          <button type="button" onClick={() => save(made.value!.name, made.value!.bytes)}>
            {w.event.package} ({w.bytes(made.value.bytes.length)})
          </button>
        )}
      </div>
      {made.refusal && (
        <>
          <RefusalBox refusal={made.refusal} />
          <div class="row">
            <button type="button" onClick={made.again}>
              {w.retry}
            </button>
          </div>
        </>
      )}
      {!made.value && !made.refusal && <p role="status">{w.checks.making}</p>}
      {made.value && <Verified made={made.value} />}
    </section>
  );
}

function Verified({ made }: { made: Package }) {
  return (
    <Examined job={{ kind: "package", bytes: made.bytes, policy: undefined }} on={[made]}>
      {(verdict) => (
        <>
          <Checks verdict={verdict} />
          {verdict.found && <Signers found={verdict.found} />}
        </>
      )}
    </Examined>
  );
}

/** Who signed the checkpoint, from the certificate itself. */
function Signers({ found }: { found: Case }) {
  const { set, receipt } = found;
  if (!set) return null;
  const signed = new Set(receipt.checkpoint.certificate.votes.map((v) => v.validator));
  const votes = set.validators.map(({ org }, validator) => {
    return { validator, organisation: org, state: signed.has(validator) ? ("signed" as const) : ("absent" as const) };
  });
  return <Votes votes={votes} quorum={quorum(set)} />;
}
