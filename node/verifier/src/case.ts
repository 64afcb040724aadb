// A package under examination: its content, the policy, and what several checks need to know (who votes in which epoch,
// whether the certificate holds, which keys are registered). Each is found out once.
import type { Dossier } from "./dossier.ts";
import { brokenRule, keyId, keyWithId, type ValidatorSet } from "./genesis.ts";
import type { Policy } from "./policy.ts";
import { entryShown, factOf, type Fact } from "./state.ts";
import { equal } from "./bytes.ts";
import { follow } from "./trail.ts";
import { notFinal, type NotFinal } from "./vote.ts";

export interface Case extends Dossier {
  readonly policy: Policy | undefined;
  /** The sets from genesis up to that of the checkpoint's epoch; undefined when TRAIL is INVALID. */
  readonly sets: readonly ValidatorSet[] | undefined;
  /** The set that votes at the checkpoint; undefined when TRAIL is INVALID. */
  readonly set: ValidatorSet | undefined;
  /** Why the certificate does not make the checkpoint final. */
  readonly notFinal: NotFinal | undefined;
  /** What data/state.bin says; undefined when STATE_ENTRIES is INVALID. */
  readonly registered: readonly Fact[] | undefined;
}

/** Examines a package as far as its checks share. */
export function caseOf(dossier: Dossier, policy: Policy | undefined): Case {
  const { genesis, receipt: { checkpoint }, state, trail } = dossier;
  // A broken genesis may not even have validators; its checks end before these are asked.
  const followed = brokenRule(genesis) === undefined ? follow(trail, genesis) : undefined;
  const sets = followed?.at(-1)?.epoch === checkpoint.header.epoch ? followed : undefined;
  const set = sets?.at(-1);
  const facts = state.map((entry) => (entryShown(entry, checkpoint.header.stateRoot) ? factOf(entry) : undefined));
  const registered = facts.every((fact) => fact !== undefined) ? facts.filter((fact) => fact !== undefined) : undefined;
  return {
    ...dossier, policy, sets, set, registered,
    notFinal: set === undefined ? undefined : notFinal(checkpoint, set, genesis.chain),
  };
}

/** The registered key of an organisation with an id: of genesis, of the state, or retired since. */
export function knownKey(found: Case, org: string, id: Uint8Array, also: readonly Uint8Array[] = []): Uint8Array | undefined {
  const atGenesis = found.genesis.organisations.find(({ name }) => name === org)?.keys ?? [];
  const first = keyWithId(atGenesis, id) ?? keyWithId(also, id);
  return first ?? standing(found, org, id)?.key;
}

/** A key as the state at the checkpoint is shown to hold it; retired keys never come back. */
export interface Standing {
  readonly key: Uint8Array;
  /** The height from which it was no longer in force; undefined: it is in force. */
  readonly until: bigint | undefined;
}

/** How a key of an organisation stands in the ledger's state, if that is shown. */
export function standing(found: Case, org: string, id: Uint8Array): Standing | undefined {
  for (const fact of found.registered ?? []) {
    if (fact.kind !== "organisation" || fact.organisation.name !== org) continue;
    const key = keyWithId(fact.organisation.keys, id);
    if (key !== undefined) return { key, until: undefined };
  }
  const retired = found.registered?.find((fact) => fact.kind === "retired" && fact.org === org && equal(fact.id, id));
  return retired?.kind === "retired" ? { key: retired.key, until: retired.height } : undefined;
}

/** Whether this very key is registered for the organisation. */
export function isKnownKey(found: Case, org: string, key: Uint8Array): boolean {
  return knownKey(found, org, keyId(key)) !== undefined;
}
