// Why a call gave nothing, in the reader's language: the node's own reason and words where it said something.

import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, LocalizedMessageSchema } from "../gen/google/rpc/error_details_pb";
import type { Language } from "../state";

export interface Refusal {
  /** From proto/REASONS.md, or `UNREACHABLE`. */
  reason: string;
  field: string;
  /** In English, with the particulars of the case. */
  message: string;
  /** The catalogue's sentence in Chinese; empty if the node sent none. */
  zh: string;
}

export function refusalOf(error: unknown): Refusal {
  const e = ConnectError.from(error);
  const info = e.findDetails(ErrorInfoSchema)[0];
  const field = e.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field ?? "";
  const zh = e.findDetails(LocalizedMessageSchema).find((m) => m.locale === "zh-CN")?.message ?? "";
  const reason = info?.reason ?? (unreachable(e) ? "UNREACHABLE" : Code[e.code].toUpperCase());
  return { reason, field, message: e.rawMessage, zh };
}

function unreachable(e: ConnectError): boolean {
  return e.code === Code.Unavailable || (e.code === Code.Unknown && e.cause instanceof TypeError);
}

/** The sentence to show. */
export function sentence(refusal: Refusal, language: Language): string {
  return language === "zh" && refusal.zh !== "" ? refusal.zh : refusal.message;
}
