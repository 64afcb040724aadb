// The genesis of the ledger as far as the page shows it: its name, organisations with their keys, the first validators,
// and the model in force. Its SM3 is the chain id, so a copy from anybody can be checked against one that is known.

import { sm3 } from "../crypto/sm3";
import { Decoder } from "./decoder";

export const ROLES = ["", "court", "archive", "notary", "operator", "auditor"] as const;
export type Role = (typeof ROLES)[number];

export interface Organisation {
  name: string;
  role: Role;
  keys: Uint8Array[];
}

export interface Params {
  model: Uint8Array;
  acceptAt: number;
  rejectBelow: number;
  allowSynthetic: boolean;
  nonceAgeMaxMs: bigint;
}

export interface Genesis {
  chain: Uint8Array;
  bytes: Uint8Array;
  name: string;
  timeMs: bigint;
  params: Params;
  organisations: Organisation[];
  validators: { organisation: string; key: Uint8Array }[];
}

/** Reads canonical bytes; throws `Malformed`. */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  const d = new Decoder(bytes).tag("chirograph/genesis");
  const name = d.text(64, "name");
  const timeMs = d.u64("time");
  const params = decodeParams(d);
  const organisations = d.list(1024, "organisations", () => decodeOrganisation(d));
  const validators = d.list(256, "validators", () => {
    const validator = { organisation: d.text(64, "validator.org"), key: d.raw(65, "validator.key") };
    d.raw(32, "validator.peer");
    return validator;
  });
  d.u16("rescue.threshold");
  d.list(32, "rescue.keys", () => d.raw(65, "rescue.key"));
  d.finish();
  return { chain: sm3(bytes), bytes, name, timeMs, params, organisations, validators };
}

function decodeOrganisation(d: Decoder): Organisation {
  const name = d.text(64, "organisation.name");
  const role = ROLES[d.u8("organisation.role")] ?? "";
  return { name, role, keys: d.list(64, "organisation.keys", () => d.raw(65, "organisation.key")) };
}

function decodeParams(d: Decoder): Params {
  const model = d.digest("params.model");
  const [acceptAt, rejectBelow] = [d.i32("params.accept_at"), d.i32("params.reject_below")];
  d.u32("params.epsilon_mb");
  const allowSynthetic = d.bool("params.allow_synthetic");
  const nonceAgeMaxMs = d.u64("params.nonce_age_max_ms");
  d.raw(8 + 4 + 4 + 4 * 8, "params");
  return { model, acceptAt, rejectBelow, allowSynthetic, nonceAgeMaxMs };
}
