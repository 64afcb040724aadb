// From "taken" to "committed": waits for the receipt and meanwhile watches which validators vote. The votes shown at the
// end are those of the certificate; before it they are what this node heard.

import { decode } from "../../../verifier/src/reader.ts";
import { readReceipt } from "../../../verifier/src/receipt.ts";
import type { Checkpoint } from "../../../verifier/src/vote.ts";
import { type GetStatusResponse } from "../gen/chirograph/v1/service_pb";
import type { Receipt as ReceiptMessage } from "../gen/chirograph/v1/ledger_pb";
import type { Vote } from "../parts/votes";
import { status, submission } from "./client";
import { present } from "./consortium";

const POLL_MS = 120;

export interface Progress {
  votes: Vote[];
  quorum: number;
}

export interface Committed extends Progress {
  receipt: ReceiptMessage;
  tookMs: number;
}

/** Waits for the commit of `id`; `progress` is told what is heard meanwhile. Throws what the node refuses with. */
export async function commit(id: Uint8Array, since: number, progress: (p: Progress) => void): Promise<Committed> {
  let done = false;
  const names = voters();
  const watch = (async () => {
    while (!done) {
      const heard = await status.getStatus({}).catch(() => null);
      if (heard && !done) progress({ votes: row(heard, await names, () => "waiting"), quorum: heard.quorum });
      await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
  })();
  try {
    const receipt = await submission.waitForCommit({ transactionId: id, timeout: { seconds: 60n, nanos: 0 } });
    const tookMs = performance.now() - since;
    done = true;
    return { receipt, tookMs, ...(await certified(receipt)) };
  } finally {
    done = true;
    await watch;
  }
}

/** The votes in the receipt's own certificate; of the others, who voted in that view or later as this node heard. */
async function certified(receipt: ReceiptMessage): Promise<Progress> {
  const heard = await status.getStatus({});
  const votes = certificateOf(receipt);
  const signed = new Set(votes?.certificate.votes.map((v) => v.validator));
  const view = votes?.header.view ?? 0n;
  const state = (i: number): Vote["state"] => {
    if (signed.has(i)) return "signed";
    const peer = heard.peers.find((p) => p.validator === i);
    return (peer ? peer.votedView : heard.view) >= view ? "later" : "unheard";
  };
  return { votes: row(heard, await voters(), state), quorum: heard.quorum };
}

/** The signed header under which a receipt proves its event. */
export function certificateOf(receipt: ReceiptMessage): Checkpoint | undefined {
  return decode(receipt.canonical, readReceipt)?.checkpoint;
}

/** The organisations of the validators in force, by index; where they cannot be had, those that the peers name are shown. */
async function voters(): Promise<string[]> {
  const consortium = await present().catch(() => null);
  return consortium?.set.validators.map(({ org }) => org) ?? [];
}

function row(heard: GetStatusResponse, names: readonly string[], state: (validator: number) => Vote["state"]): Vote[] {
  return Array.from({ length: heard.validators }, (_, validator) => {
    const peer = heard.peers.find((p) => p.validator === validator);
    const own = validator === heard.validator ? heard.organisation : "";
    const organisation = names[validator] || peer?.organisation || own;
    return { validator, organisation, state: state(validator) };
  });
}
