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

export interface Row {
  name: string;
  digests: Uint8Array[];
  events: bigint[];
  problem: string;
}

export function writeTable(rows: readonly Row[]): string {
  const line = (r: Row) => [quoted(r.name), r.digests.map(hex).join(" "), r.events.join(" "), quoted(r.problem)].join(",");
  return ["name,digests,events,problem", ...rows.map(line), ""].join("\r\n");
}

/** A field that a spreadsheet would compute is made a text. */
function quoted(field: string): string {
  const text = /^[=+\-@]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
