// What a package holds that nobody signed and nothing signed leads to (SPEC 8.3). Whoever carried the package can have
// written anything there, and every check is what it was, so the reader is told which files these are.
import type { Dossier } from "./dossier.ts";

const DOCUMENT = "data/document.bin";

/** Paths of files, and `FILE#FIELD` where a file is signed for in part; all ASCII, ascending. */
export function uncheckedIn({ event, forPeople, presented }: Dossier): string[] {
  const sized = event.transaction.body.kind === "anchor";
  const fields = ["media_type", "name", ...(sized ? [] : ["size"])].map((field) => `${DOCUMENT}#${field}`);
  return [...forPeople, ...(presented === undefined ? [] : fields)].sort();
}
