// Checks of the transaction and of the writing in it: whose signature, which model's appraisal, which packet. They say
// nothing about who moved the pen.
import { equal, isZero } from "./bytes.ts";
import { isKnownKey, knownKey, type Case } from "./case.ts";
import type { Outcome } from "./check.ts";
import { BANDS, type Appraisal } from "./event.ts";
import { sm3 } from "./hash.ts";
import { commitment, fingerprint, template, type Packet } from "./packet.ts";
import { tagBytes } from "./reader.ts";
import { verifySm2 } from "./sm2.ts";
import type { Answer } from "./verify.ts";

function valid(condition: boolean): Outcome {
  return condition ? "VALID" : "INVALID";
}

export function transactionSignature(found: Case): Answer {
  const { event: { transaction }, genesis, set } = found;
  const { body, key: id, org, signature, signingBytes } = transaction;
  if (!equal(transaction.chain, genesis.chain)) return "INVALID";
  const votes = body.kind === "govern" || body.kind === "fault";
  const voting = votes ? (set?.validators ?? []).filter((validator) => validator.org === org).map(({ key }) => key) : [];
  const key = knownKey(found, org, id, voting);
  return key === undefined ? "INDETERMINATE" : valid(verifySm2(key, signingBytes, signature));
}

/** The band that follows from the number and the thresholds of genesis. */
function bandDue({ llr, template: references }: Appraisal, { genesis: { params } }: Case): string {
  if (llr === null) return isZero(references) ? "uncompared" : "review";
  if (llr >= params.acceptAt) return "accept";
  return llr < params.rejectBelow ? "reject" : "review";
}

export function appraisal(found: Case): Answer {
  const { event, receipt } = found;
  const { kind } = event.transaction.body;
  const written = kind === "enroll" || kind === "sign";
  if (event.appraisal === null || !written) return valid(event.appraisal === null && !written);
  if (!equal(event.appraisal.model, receipt.checkpoint.header.model)) return ["INVALID", { en: "another model", zh: "模型不同" }];
  const follows = BANDS[event.appraisal.band] === bandDue(event.appraisal, found);
  return follows ? "VALID" : ["INVALID", { en: "the band does not follow from the number", zh: "等级与数值不符" }];
}

/** Whether the enclosed model is the one that the appraisal names: its digest is over its bytes. */
export function model({ event, model: bytes }: Case): Answer {
  if (bytes === undefined || event.appraisal === null) return undefined;
  const tag = tagBytes("model");
  const tagged = equal(bytes.subarray(0, tag.length), tag);
  return valid(tagged && equal(sm3(bytes), event.appraisal.model));
}

export function nonce({ event, genesis, nonce: header }: Case): Answer {
  const { body } = event.transaction;
  if (header === undefined || body.kind !== "sign") return undefined;
  const named = equal(header.digest, body.nonceBlock) && header.height === body.nonceHeight && equal(header.chain, genesis.chain);
  const before = header.height < event.height && header.time <= event.time;
  return valid(named && before && event.time - header.time <= genesis.params.nonceAgeMost);
}

export function packetCommit(found: Case): Answer {
  const { event, questioned, references } = found;
  const { body, chain } = event.transaction;
  const commitments = references.map(({ bytes, salt }) => commitment(salt, bytes));
  if (body.kind === "enroll" && references.length > 0) {
    return valid(commitments.every((made, i) => equal(made, body.references[i] ?? new Uint8Array(0))));
  }
  if (body.kind !== "sign" || questioned === undefined) return undefined;
  if (!equal(commitment(questioned.salt, questioned.bytes), body.packet)) return "INVALID";
  const due = event.appraisal?.template ?? new Uint8Array(0);
  return valid(references.length === 0 || equal(template(chain, commitments), due));
}

/** The packets that the event itself brought: the signing's, or an enrolment's references. */
function ownPackets({ event, questioned, references }: Case): readonly Packet[] {
  if (event.transaction.body.kind === "enroll") return references.map(({ packet }) => packet);
  return questioned === undefined ? [] : [questioned.packet];
}

export function packetBinding(found: Case): Answer {
  const { event, questioned, references } = found;
  // The chain that the transaction names; whether that is the genesis's, CHAIN says.
  const { body, chain } = event.transaction;
  const own = ownPackets(found);
  if (own.length === 0 || (body.kind !== "sign" && body.kind !== "enroll")) return undefined;
  const packets = [...own, ...references.map(({ packet }) => packet)];
  if (packets.some(({ signer }) => signer !== body.signer)) return ["INVALID", { en: "another signer", zh: "签署人不同" }];
  if (body.kind === "sign" && questioned !== undefined) {
    const { document, nonceBlock, nonceHeight } = questioned.packet;
    const bound = equal(document, body.document) && nonceHeight === body.nonceHeight && equal(nonceBlock, body.nonceBlock);
    if (!bound) return ["INVALID", { en: "another document or request", zh: "文件或请求不同" }];
  }
  const due = event.appraisal?.fingerprints ?? [];
  const made = own.map((packet) => fingerprint(chain, packet));
  const same = made.length === due.length && made.every((one, i) => equal(one, due[i] ?? new Uint8Array(0)));
  return same ? "VALID" : ["INVALID", { en: "the fingerprints differ from the appraisal's", zh: "指纹与评估记录不符" }];
}

export function deviceSignature(found: Case): Answer {
  const own = ownPackets(found);
  if (own.length === 0) return undefined;
  const wrong = own.some(({ attestation, attested }) => attestation !== null && !verifySm2(attestation.key, attested, attestation.signature));
  if (wrong) return "INVALID";
  const { org } = found.event.transaction;
  return own.every(({ attestation }) => attestation !== null && isKnownKey(found, org, attestation.key)) ? "VALID" : "INDETERMINATE";
}
