// Checks of what the ledger says: which ledger, who votes, whether the event and the whole matter stand in it. Names and
// conditions are those of SPEC section 8.
import { equal } from "./bytes.ts";
import { type Case } from "./case.ts";
import type { Outcome, Text } from "./check.ts";
import { factsFile } from "./facts.ts";
import { brokenRule } from "./genesis.ts";
import type { Independent } from "./policy.ts";
import { inLog, isComplete, leafShown, type Receipt } from "./receipt.ts";
import type { Answer } from "./verify.ts";
import { faultHolds } from "./vote.ts";

function valid(condition: boolean): Outcome {
  return condition ? "VALID" : "INVALID";
}

const BROKEN: Readonly<Record<"names" | "keys" | "validators", Text>> = {
  names: { en: "two organisations of one name", zh: "两个机构同名" },
  keys: { en: "an organisation without a key", zh: "有机构没有密钥" },
  validators: { en: "the validators are not distinct members", zh: "验证节点不是互不相同的成员" },
};

const NOT_FINAL: Readonly<Record<"subject" | "quorum" | "signature", Text>> = {
  subject: { en: "the votes are for something else", zh: "表决针对其他内容" },
  quorum: { en: "too few votes", zh: "票数不足" },
  signature: { en: "a signature does not hold", zh: "有签名不成立" },
};

export function genesis({ genesis: founding, policy }: Case): Answer {
  const broken = brokenRule(founding);
  if (broken !== undefined) return ["INVALID", BROKEN[broken]];
  return policy === undefined ? "INDETERMINATE" : valid(equal(policy.genesis, founding.chain));
}

export function eventCanon({ event, matter, receipt }: Case): Answer {
  if (!equal(receipt.event.canonical, event.canonical)) return ["INVALID", { en: "the receipt holds another", zh: "回执中的事件不同" }];
  if (matter === undefined) return "VALID";
  // A position beyond the safe integers is beyond every list, so the rounding hurts nobody.
  const listed = matter.events[Number(event.matterSeq) - 1];
  if (listed !== undefined && equal(listed.canonical, event.canonical)) return "VALID";
  return ["INVALID", { en: "the matter holds another at its place", zh: "事项相应位置的事件不同" }];
}

export function chain({ event, genesis: { chain: id }, receipt }: Case): Answer {
  return valid(equal(receipt.checkpoint.header.chain, id) && equal(event.transaction.chain, id));
}

/** A rescue is told: no quorum of the validators before it had a say. */
export function trail({ sets, trail: links }: Case): Answer {
  if (sets === undefined) return "INVALID";
  const rescues = links.filter(({ kind }) => kind === "rescue").map(({ set }) => `${set.epoch}`);
  if (rescues.length === 0) return "VALID";
  // A detail is a line; the trail has them all.
  const shown = rescues.slice(0, 4).join(", ") + (rescues.length > 4 ? ", …" : "");
  return ["VALID", {
    en: `${links.length} changes, ${rescues.length} of them rescues by rescue keys without a quorum: epoch ${shown}`,
    zh: `共 ${links.length} 次变更，其中 ${rescues.length} 次为应急密钥所作、未经法定数表决：第 ${shown} 届`,
  }];
}

export function validators({ receipt, set }: Case): Answer {
  return set === undefined ? "INDETERMINATE" : valid(equal(receipt.checkpoint.header.validators, set.digest));
}

export function certificate({ notFinal, receipt, set }: Case): Answer {
  if (set === undefined) return "INDETERMINATE";
  if (notFinal !== undefined) return ["INVALID", NOT_FINAL[notFinal]];
  const [votes, all] = [receipt.checkpoint.certificate.votes.length, set.validators.length];
  return ["VALID", { en: `${votes} of ${all} validators`, zh: `${all} 个验证节点中的 ${votes} 个` }];
}

export function inclusionSm3({ receipt }: Case): Answer {
  return valid(inLog(receipt, "sm3"));
}

export function inclusionSha256({ receipt }: Case): Answer {
  return valid(inLog(receipt, "sha256"));
}

export function stateEntries({ registered }: Case): Answer {
  return valid(registered !== undefined);
}

export function state({ event, matter, receipt }: Case): Answer {
  if (matter === undefined) return undefined;
  const { body } = event.transaction;
  const same = "matter" in body && body.matter === matter.matter && equal(matter.checkpoint.bytes, receipt.checkpoint.bytes);
  return valid(same && leafShown(matter));
}

export function completeness({ genesis: { chain: id }, matter }: Case): Answer {
  if (matter === undefined) return undefined;
  if (!isComplete(matter, id)) return "INVALID";
  return ["VALID", { en: `${matter.events.length} in all`, zh: `共 ${matter.events.length} 个` }];
}

export function access({ event, matter }: Case): Answer {
  const readings = (matter?.events ?? []).filter(({ transaction: { body } }) => body.kind === "access" && body.target === event.seq);
  if (readings.length === 0) return undefined;
  const right = readings.every(({ seq, transaction: { body } }) => body.kind === "access" && equal(body.targetHash, event.hash) && seq > event.seq);
  return [valid(right), { en: `${readings.length} in all`, zh: `共 ${readings.length} 次` }];
}

export function faultProofs(found: Case): Answer {
  const { faults, sets } = found;
  if (faults.length === 0) return undefined;
  return sets === undefined ? "INDETERMINATE" : valid(faults.every((receipt) => isProven(receipt, found)));
}

function isProven(receipt: Receipt, { genesis: { chain: id }, receipt: own, sets }: Case): boolean {
  const { body } = receipt.event.transaction;
  if (body.kind !== "fault" || !equal(receipt.checkpoint.bytes, own.checkpoint.bytes)) return false;
  const set = sets?.find(({ epoch }) => epoch === body.proof.first.subject.epoch);
  return inLog(receipt, "sm3") && inLog(receipt, "sha256") && set !== undefined && faultHolds(body.proof, set, id);
}

export function quorumIndependent(found: Case): Answer {
  const { notFinal, policy, receipt, set } = found;
  const rule = policy?.independent;
  if (rule === undefined) return undefined;
  if (set === undefined || notFinal !== undefined) return "INVALID";
  const voted = receipt.checkpoint.certificate.votes.map(({ validator }) => set.validators[validator]?.org ?? "");
  const counting = new Set(voted.filter((org) => (rule.count?.includes(org) ?? true) && !rule.exclude.includes(org)));
  const names = [...counting].join(", ") || "–";
  const unmatched = unmatchedNames(found, rule).join(", ");
  const [en, zh] = unmatched === "" ? ["", ""] : [`; no organisation here is called: ${unmatched}`, `；证据包内没有名为下列者的机构：${unmatched}`];
  return [valid(counting.size >= rule.need), { en: `${counting.size} of ${rule.need}: ${names}${en}`, zh: `${counting.size}/${rule.need}：${names}${zh}` }];
}

/** The names in a policy that no organisation of the package has: one with a slip of the pen counts or excludes nobody. */
function unmatchedNames({ genesis, registered, set }: Case, { count, exclude }: Independent): string[] {
  const shown = (registered ?? []).flatMap((fact) => (fact.kind === "organisation" ? [fact.organisation.name] : []));
  const known = new Set([...genesis.organisations.map(({ name }) => name), ...(set?.validators ?? []).map(({ org }) => org), ...shown]);
  return [...(count ?? []), ...exclude].filter((name) => !known.has(name));
}

export function facts(found: Case): Answer {
  return found.set === undefined ? "INDETERMINATE" : valid(equal(found.facts, factsFile(found, found.set)));
}
