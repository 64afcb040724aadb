// What the page has verified beside itself: packages and receipts. Pure; it runs in the worker, or in the page where no worker
// can be had.

import type { Genesis } from "../../../verifier/src/genesis.ts";
import type { Policy } from "../../../verifier/src/policy.ts";
import type { Receipt } from "../../../verifier/src/receipt.ts";
import type { Link } from "../../../verifier/src/trail.ts";
import { type Told, type Verdict, verifyPackage } from "../../../verifier/src/verify.ts";
import { verifyReceipt } from "./receipt";

export type Job =
  | { kind: "package"; bytes: Uint8Array; policy: Policy | undefined }
  | { kind: "receipt"; receipt: Receipt; genesis: Genesis; trail: readonly Link[]; policy: Policy | undefined };

export function verify(job: Job, told: Told): Verdict {
  if (job.kind === "package") return verifyPackage(job.bytes, job.policy, told);
  return verifyReceipt(job.receipt, job.genesis, job.trail, job.policy);
}
