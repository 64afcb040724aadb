// The trail (SPEC 4.4): who votes in which epoch, from genesis to the checkpoint, each step signed by those before or by
// the rescue keys that genesis names.
import { concat, equal } from "./bytes.ts";
import { readResolution, type Resolution } from "./body.ts";
import { readValidatorSet, firstSet, type Genesis, type ValidatorSet } from "./genesis.ts";
import { tagBytes, type Reader } from "./reader.ts";
import { verifySm2 } from "./sm2.ts";
import { ascending, notFinal, readCertificate, readHeader, type Certificate, type Header } from "./vote.ts";

interface Change {
  readonly kind: "change";
  readonly header: Header;
  readonly certificate: Certificate;
  readonly set: ValidatorSet;
}

/** One step from a set to the next. */
export type Link = Change | ({ readonly kind: "rescue" } & Resolution);

function readLink(reader: Reader): Link {
  if (reader.choice(1, 2) === 2) return { kind: "rescue", ...readResolution(reader) };
  return { kind: "change", header: readHeader(reader), certificate: readCertificate(reader), set: readValidatorSet(reader) };
}

/** A trail as a file. */
export function readTrail(reader: Reader): Link[] {
  reader.tag("trail");
  return reader.list(65536, readLink);
}

/** A rescue opens an epoch at most so far above the one that it ends. */
const RESCUE_EPOCHS = 1000n;

/** The sets that the links name, from genesis on; undefined when a link does not lead on. */
export function follow(links: readonly Link[], genesis: Genesis): ValidatorSet[] | undefined {
  let set = firstSet(genesis);
  const sets = [set];
  let base = 0n;
  for (const link of links) {
    if (!leads(link, set, genesis) || (link.kind === "rescue" && link.height < base)) return undefined;
    base = link.kind === "rescue" ? link.height + 1n : link.header.height;
    set = link.set;
    sets.push(set);
  }
  return sets;
}

function leads(link: Link, set: ValidatorSet, genesis: Genesis): boolean {
  if (link.kind === "rescue") {
    return link.set.epoch > set.epoch && link.set.epoch <= set.epoch + RESCUE_EPOCHS && resolved(link, genesis);
  }
  const { header } = link;
  if (link.set.epoch !== set.epoch + 1n) return false;
  if (!equal(header.chain, genesis.chain) || header.epoch !== set.epoch) return false;
  if (!equal(header.validators, set.digest) || !equal(header.nextValidators, link.set.digest)) return false;
  return notFinal(link, set, genesis.chain) === undefined;
}

function resolved({ chain, signatures, signed }: Resolution, genesis: Genesis): boolean {
  const { keys, threshold } = genesis.rescue;
  if (!equal(chain, genesis.chain) || threshold < 1 || signatures.length < threshold || !ascending(signatures)) return false;
  const message = concat(tagBytes("rescue"), signed);
  return signatures.every(({ validator, signature }) => {
    const key = keys[validator];
    return key !== undefined && verifySm2(key, message, signature);
  });
}
