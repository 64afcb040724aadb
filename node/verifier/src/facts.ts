// facts.json (SPEC 7.1): what a package says in readable words, derived from the canonical bytes and written in one way,
// so that it can be compared byte for byte.
import { toHex, utf8 } from "./bytes.ts";
import type { Body } from "./body.ts";
import type { Dossier } from "./dossier.ts";
import { BANDS, flagNames, GRADES, type Appraisal, type Event } from "./event.ts";
import { quorum, type ValidatorSet } from "./genesis.ts";
import { stepOf, type Intent } from "./intent.ts";
import { promptOf, type Login } from "./login.ts";
import type { Presented } from "./presented.ts";
import type { MatterFile, Receipt } from "./receipt.ts";
import type { Checkpoint } from "./vote.ts";

type Json = string | null | readonly Json[] | { readonly [member: string]: Json };

function bodyFacts(body: Body): Json {
  switch (body.kind) {
    case "enroll": return { references: body.references.map(toHex), signer: body.signer };
    case "sign": return {
      document: toHex(body.document), matter: body.matter, nonce_block: toHex(body.nonceBlock), nonce_height: `${body.nonceHeight}`,
      packet: toHex(body.packet), signer: body.signer,
    };
    case "record": return { content: toHex(body.content), kind: body.what, matter: body.matter, note: body.note };
    case "anchor": return { content: toHex(body.content), locator: body.locator, matter: body.matter, size: `${body.size}` };
    case "attest": return { matter: body.matter, statement: body.statement, target: `${body.target}`, target_hash: toHex(body.targetHash) };
    case "access": return {
      authority: body.authority, matter: body.matter, order: toHex(body.order), target: `${body.target}`, target_hash: toHex(body.targetHash),
    };
    default: return {};
  }
}

function eventFacts(event: Event): Json {
  const { transaction } = event;
  return {
    body: bodyFacts(transaction.body), hash: toHex(event.hash), height: `${event.height}`, key: toHex(transaction.key),
    kind: transaction.body.kind, matter_seq: `${event.matterSeq}`, organisation: transaction.org,
    request: toHex(transaction.request), seq: `${event.seq}`, time_ms: `${event.time}`, transaction: toHex(transaction.id),
  };
}

function appraisalFacts(appraisal: Appraisal | null): Json {
  if (appraisal === null) return null;
  const number = (value: number | null): string | null => (value === null ? null : `${value}`);
  return {
    band: BANDS[appraisal.band] ?? "", fingerprints: appraisal.fingerprints.map(toHex), flags: flagNames(appraisal.flags),
    grade: GRADES[appraisal.grade] ?? "", llr: number(appraisal.llr), llr_random: number(appraisal.llrRandom),
    model: toHex(appraisal.model), seen: `${appraisal.seen}`, template: toHex(appraisal.template),
  };
}

function checkpointFacts({ header }: Checkpoint): Json {
  return {
    epoch: `${header.epoch}`, header: toHex(header.digest), height: `${header.height}`, ledger_size: `${header.ledgerSize}`,
    ledger_sum: toHex(header.ledgerSum), sha256_root: toHex(header.sha256Root), sm3_root: toHex(header.sm3Root),
    state_root: toHex(header.stateRoot), time_ms: `${header.time}`,
  };
}

function matterFacts({ leaf, matter }: MatterFile): Json {
  return { count: leaf === null ? null : `${leaf.count}`, name: matter, sum: leaf === null ? null : toHex(leaf.sum) };
}

function intentFacts(intent: Intent, matter: MatterFile | undefined): Json {
  const step = stepOf(intent, matter);
  return {
    digest: toHex(intent.digest), document: toHex(intent.document), duration_ms: `${intent.duration}`, key: toHex(intent.key),
    log: toHex(intent.log), method: intent.method, note: intent.note, passed: `${intent.passed}`, provider: intent.provider,
    signer: intent.signer, step: step === undefined ? null : `${step.seq}`, time_ms: `${intent.time}`,
  };
}

function documentFacts({ digest, hash, mediaType, name, size }: Presented): Json {
  return { digest: toHex(digest), hash, media_type: mediaType, name, size: `${size}` };
}

function loginFacts(login: Login): Json {
  return { digest: toHex(login.digest), prompt: promptOf(login) };
}

function enrolmentFacts({ event }: Receipt): Json {
  return { hash: toHex(event.hash), organisation: event.transaction.org, seq: `${event.seq}`, time_ms: `${event.time}` };
}

/** The members in the order of their names, at every depth. */
function sorted(value: Json): Json {
  if (typeof value === "string" || value === null) return value;
  if (isList(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The bytes that facts.json must have, given the set that votes at the checkpoint. */
export function factsFile(dossier: Dossier, set: ValidatorSet): Uint8Array {
  const { enrolment, event, genesis, intents, login, matter, presented, receipt, variant } = dossier;
  const facts: Json = {
    appraisal: appraisalFacts(event.appraisal),
    chain: toHex(genesis.chain),
    checkpoint: checkpointFacts(receipt.checkpoint),
    ...(presented === undefined ? {} : { document: documentFacts(presented) }),
    ...(enrolment === undefined ? {} : { enrolment: enrolmentFacts(enrolment) }),
    event: eventFacts(event),
    ...(intents.length === 0 ? {} : { intent: intents.map((one) => intentFacts(one, matter)) }),
    ...(login === undefined ? {} : { login: loginFacts(login) }),
    matter: matter === undefined ? null : matterFacts(matter),
    validators: { count: `${set.validators.length}`, epoch: `${set.epoch}`, quorum: `${quorum(set)}` },
    variant,
    votes: receipt.checkpoint.certificate.votes.map(({ validator }) => ({
      organisation: set.validators[validator]?.org ?? "", validator: `${validator}`,
    })),
  };
  return utf8(JSON.stringify(sorted(facts), null, 2) + "\n");
}
