// The document that was laid before whoever made the package (SPEC 4.9): not the file, but the digest by which the event
// names it. What it was called, and of which kind it is, is the maker's word.
import { equal } from "./bytes.ts";
import type { Body } from "./body.ts";
import type { Case } from "./case.ts";
import type { Text } from "./check.ts";
import type { Reader } from "./reader.ts";
import type { Answer } from "./verify.ts";

export interface Presented {
  readonly name: string;
  readonly mediaType: string;
  readonly size: bigint;
  readonly hash: "SM3" | "SHA-256";
  readonly digest: Uint8Array;
}

const NAME_MOST = 256;
const MEDIA_TYPE_MOST = 128;

/** A description as a file. */
export function readPresented(reader: Reader): Presented {
  reader.tag("presented-document");
  const [name, mediaType, size] = [reader.text(NAME_MOST), reader.text(MEDIA_TYPE_MOST), reader.u64()];
  const hash = reader.choice(1, 2) === 1 ? "SM3" : "SHA-256";
  return { name, mediaType, size, hash, digest: reader.digest() };
}

/** The digest of the document or content that an event names, where it names one. */
export function documentOf(body: Body): Uint8Array | undefined {
  if (body.kind === "sign") return body.document;
  return body.kind === "record" || body.kind === "anchor" ? body.content : undefined;
}

export function document({ event, presented }: Case): Answer {
  if (presented === undefined) return undefined;
  const { body } = event.transaction;
  const named = documentOf(body);
  const why: Text = { en: `${presented.name}, ${presented.size} bytes`, zh: `${presented.name}，${presented.size} 字节` };
  const holds = named !== undefined && equal(named, presented.digest) && (body.kind !== "anchor" || body.size === presented.size);
  return [holds ? "VALID" : "INVALID", why];
}
