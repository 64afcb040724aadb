// An event's own facts as the node tells them: what, whose, when, where in the ledger. Proof is the business of checks.

import type { Event } from "../gen/chirograph/v1/ledger_pb";
import { link } from "../route";
import { moment, words } from "../words";
import { Digest } from "./digest";
import { Opinion } from "./opinion";

export function kindOf(event: Event): string {
  return event.transaction?.body.case ?? "";
}

export function timeOf(event: Event): number {
  return Number(event.time?.seconds ?? 0n) * 1000 + (event.time?.nanos ?? 0) / 1e6;
}

export function EventFacts({ event }: { event: Event }) {
  const w = words();
  const body = event.transaction?.body;
  return (
    <dl class="facts">
      <dt>{w.event.kind}</dt>
      <dd>{w.event.kinds[kindOf(event)] ?? kindOf(event)}</dd>
      {body?.value && "matter" in body.value && (
        <>
          <dt>{w.sign.matter}</dt>
          <dd>
            <a href={link("matter", body.value.matter)}>{body.value.matter}</a> · {w.event.step(String(event.matterSeq))}
          </dd>
        </>
      )}
      {body?.value && "signer" in body.value && (
        <>
          <dt>{w.sign.signer}</dt>
          <dd>{body.value.signer}</dd>
        </>
      )}
      <BodyFacts event={event} />
      <dt>{w.event.by}</dt>
      <dd>{event.transaction?.organisation}</dd>
      <dt>{w.event.committed}</dt>
      <dd>{moment(timeOf(event))}</dd>
      <dt>{w.event.block}</dt>
      <dd>{String(event.height)}</dd>
      <dt>{w.event.hash}</dt>
      <dd>
        <Digest value={event.hash} />
      </dd>
      <dt>{w.event.transaction}</dt>
      <dd>
        <Digest value={event.transactionId} />
      </dd>
    </dl>
  );
}

function BodyFacts({ event }: { event: Event }) {
  const w = words();
  const body = event.transaction?.body;
  const digest = body?.case === "sign" ? body.value.document : body?.value && "content" in body.value ? body.value.content : null;
  const target = body?.case === "attest" || body?.case === "access" ? body.value.target : null;
  const authority = body?.case === "access" ? body.value.authority : "";
  const text = authority || (body?.case === "record" ? `${body.value.kind} ${body.value.note}` : body?.case === "attest" ? body.value.statement : "");
  return (
    <>
      {digest && (
        <>
          <dt>{w.event.document}</dt>
          <dd>
            <Digest value={digest} />
          </dd>
        </>
      )}
      {target !== null && (
        <>
          <dt>{w.event.about}</dt>
          <dd>
            <a href={link("event", String(target))}>
              {w.pages.event} {String(target)}
            </a>
          </dd>
        </>
      )}
      {text.trim() && (
        <>
          <dt>{w.event.says}</dt>
          <dd>{text}</dd>
        </>
      )}
      {body?.case === "enroll" && (
        <>
          <dt>{w.event.references}</dt>
          <dd>{body.value.references.length}</dd>
        </>
      )}
    </>
  );
}

export function EventOpinion({ event }: { event: Event }) {
  return event.appraisal ? <Opinion {...event.appraisal} /> : null;
}
