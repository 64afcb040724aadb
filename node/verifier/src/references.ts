// How old the references were when a signing was compared with them (SPEC section 8, REFERENCES_AGE): by the ledger's times of
// the enrolment and of the signing. When the references were written is not said.
import { equal, isZero } from "./bytes.ts";
import type { Case } from "./case.ts";
import type { Text } from "./check.ts";
import type { Event } from "./event.ts";
import { template } from "./packet.ts";
import { inLog } from "./receipt.ts";
import type { Answer } from "./verify.ts";

const DAY = 86_400_000n;

/** Whether a signing was compared with references, so that their enrolment may lie beside it. */
export function isCompared({ transaction: { body }, appraisal }: Event): boolean {
  return body.kind === "sign" && appraisal !== null && !isZero(appraisal.template);
}

/** Whether the enclosed enrolment is on the ledger, before the signing, and made the references that it was compared with. */
function isEnrolment({ enrolment, event, receipt }: Case): boolean {
  if (enrolment === undefined || event.appraisal === null) return false;
  const { body, chain } = event.transaction;
  const { seq, time, transaction: { body: enrolled } } = enrolment.event;
  if (body.kind !== "sign" || enrolled.kind !== "enroll" || enrolled.signer !== body.signer) return false;
  const placed = equal(enrolment.checkpoint.bytes, receipt.checkpoint.bytes) && inLog(enrolment, "sm3") && inLog(enrolment, "sha256");
  return placed && seq < event.seq && time <= event.time && equal(template(chain, enrolled.references), event.appraisal.template);
}

export function age(found: Case): Answer {
  const { enrolment, event, policy } = found;
  const most = policy?.referencesMaxAgeDays;
  if (!isCompared(event) || (enrolment === undefined && most === undefined)) return undefined;
  if (enrolment === undefined) return "INDETERMINATE";
  if (!isEnrolment(found)) return ["INVALID", { en: "another enrolment", zh: "并非该次登记" }];
  const old = event.time - enrolment.event.time;
  const why: Text = { en: `event ${enrolment.event.seq}, ${old / DAY} days before`, zh: `事件 #${enrolment.event.seq}，早于签署 ${old / DAY} 天` };
  return [most === undefined || old <= BigInt(most) * DAY ? "VALID" : "INVALID", why];
}
