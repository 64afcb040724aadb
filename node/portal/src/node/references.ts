// Whether references that a node releases are those that a signing was compared with. It does not fetch or draw them.

import { template } from "../../../verifier/src/packet.ts";
import { equal } from "../bytes";
import { commitment } from "../canonical/packet";

export interface Sealed {
  readonly packet: Uint8Array;
  readonly salt: Uint8Array;
}

/** Holds the references, in their order, against the template that the event's appraisal names. None are always those. */
export function areCompared(chain: Uint8Array, references: readonly Sealed[], appraised: Uint8Array | undefined): boolean {
  if (references.length === 0) return true;
  const commitments = references.map(({ packet, salt }) => commitment(packet, salt));
  return appraised !== undefined && equal(template(chain, commitments), appraised);
}
