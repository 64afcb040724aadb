// A signing's evidence package with the packets that an access event opens, made by the node for this call only. Whether it
// is worth anything is found out by whoever verifies it, which the page does before it is saved.

import { readBytes } from "../canonical/draft";
import { toHex } from "../../../verifier/src/bytes.ts";
import { type Dossier } from "../../../verifier/src/dossier.ts";
import type { Verdict } from "../../../verifier/src/verify.ts";
import { examiner } from "../check/examiner";
import { PackageVariant } from "../gen/chirograph/v1/access_pb";
import type { Operator } from "../state";
import { access } from "./client";
import { type Package, received } from "./export";
import { terms } from "./submit";

export type Variant = Exclude<Dossier["variant"], "public">;

const VARIANTS: Record<Variant, PackageVariant> = { party: PackageVariant.PARTY, full: PackageVariant.FULL };

export interface Disclosed extends Package {
  verdict: Verdict;
}

/** Fetches and verifies it. Refusals are thrown as ConnectError. */
export async function disclose(operator: Operator, seq: bigint, variant: Variant): Promise<Disclosed> {
  const t = await terms();
  const timeMs = BigInt(Date.now());
  const read = { access: seq, timeMs, signature: operator.key.sign(readBytes(t.chainId, seq, timeMs)) };
  const bytes = await received(access.exportPackets({ read, variant: VARIANTS[variant] }));
  const mine = examiner();
  const verdict = await mine.verify({ kind: "package", bytes, policy: undefined }).finally(mine.close);
  return { name: nameOf(verdict), bytes, verdict };
}

/** From what is in it: a node does not choose what a file is called here. */
function nameOf({ found }: Verdict): string {
  const folder = found ? `E-${toHex(found.genesis.chain).slice(0, 8)}-${found.event.seq}.${found.variant}` : "refused";
  return `${folder}.evidence.zip`;
}
