// Tables of documents: lines with a name and a digest are read, lines with what was found are written (RFC 4180).

import { hex, unhex } from "../bytes";

export interface Line {
  name: string;
  /** Null where the line holds none. */
  digest: Uint8Array | null;
}

/** Every line that is not empty. The digest is what stands after the last comma, so a name may hold commas. */
export function readTable(text: string): Line[] {
  const lines = text.split(/\r?\n/).map((l) => l.trim());
  return lines.filter(Boolean).map((line) => {
    const at = line.lastIndexOf(",");
    const digest = unhex(line.slice(at + 1).trim().replaceAll('"', ""));
    const name = unquoted(line.slice(0, at).trim());
    return at > 0 && digest?.length === 32 ? { name, digest } : { name: line, digest: null };
  });
}

function unquoted(field: string): string {
  return /^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field;
}

/** An event that a document has to do with, and by what that is known. */
export interface Hit {
  seq: bigint;
  /** `file`: the node says that it names the file as it is; `earlier`: that it names what the file was before a receipt was
   * attached; `receipt`: the attached receipt, verified here, says so. The others are receipts that say nothing. */
  by: "file" | "earlier" | "receipt" | "other-document" | "other-ledger" | "not-valid" | "undecided";
  /** Bytes of the document that it names. */
  length: number;
  /** What does not hold, or is not decided, of the receipt. */
  codes: string[];
  /** Whether the document was certainly changed after the receipt. */
  changed?: boolean;
}

export interface Row {
  name: string;
  digests: Uint8Array[];
  hits: Hit[];
  problem: string;
  /** The document itself, where there is one: what it was before a receipt was attached can be saved from it. */
  file?: File;
}

const NAMING: readonly Hit["by"][] = ["file", "earlier", "receipt"];

/** The events that name the document, each once, in the order of the ledger. */
export function eventsOf({ hits }: Row): bigint[] {
  const found = hits.filter((hit) => NAMING.includes(hit.by)).map((hit) => hit.seq);
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
}

export function writeTable(rows: readonly Row[]): string {
  const line = (r: Row) => [quoted(r.name), r.digests.map(hex).join(" "), eventsOf(r).join(" "), quoted(r.hits.map(how).join("; ")), quoted(r.problem)].join(",");
  return ["name,digests,events,by,problem", ...rows.map(line), ""].join("\r\n");
}

function how({ seq, by, length, codes, changed }: Hit): string {
  return [`${seq} ${by}`, by === "earlier" || by === "receipt" ? `first ${length} bytes` : "", changed ? "changed after" : "", ...codes].filter(Boolean).join(" ");
}

/** A field that a spreadsheet would compute is made a text. */
function quoted(field: string): string {
  const text = /^[=+\-@]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
