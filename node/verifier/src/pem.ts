// PEM texts (RFC 7468): the certificates and revocation lists in them. Text between the blocks is left alone.
import { readCertificate, type Certificate } from "./certificate.ts";
import { readCrl, type Crl } from "./crl.ts";
import { outermost } from "./der.ts";

/** What a text holds. */
export interface Pem {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
}

interface Block {
  readonly label: string;
  readonly der: Uint8Array;
}

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_BLOCKS = 64;
const HYPHENS = "-----";

/** Reads all blocks; undefined when one is damaged. A certificate or list that cannot be read is left out: what is missing
 * then shows where it is needed. */
export function readPem(text: string): Pem | undefined {
  const blocks = readBlocks(text);
  const elements = (label: string) => (blocks ?? []).flatMap((block) => (block.label === label ? (outermost(block.der) ?? []) : []));
  return blocks && {
    certificates: elements("CERTIFICATE").map(readCertificate).filter((one) => one !== undefined),
    crls: elements("X509 CRL").map(readCrl).filter((one) => one !== undefined),
  };
}

function readBlocks(text: string): Block[] | undefined {
  if (new TextEncoder().encode(text).length > MOST_BYTES) return undefined;
  const found: Block[] = [];
  let open: { label: string; body: string[] } | undefined;
  for (const line of text.split("\n").map(trimmed)) {
    const mark = markOf(line);
    if (mark === undefined) open?.body.push(line);
    else if (open === undefined) {
      if (!mark.startsWith("BEGIN ")) return undefined;
      open = { label: mark.slice("BEGIN ".length), body: [] };
    } else {
      const der = mark === `END ${open.label}` && found.length < MOST_BLOCKS ? fromBase64(open.body.join("")) : undefined;
      if (der === undefined) return undefined;
      found.push({ label: open.label, der });
      open = undefined;
    }
  }
  return open === undefined ? found : undefined;
}

/** Without the spaces, tabs and carriage returns at its ends. */
function trimmed(line: string): string {
  const blank = (at: number): boolean => at >= 0 && at < line.length && " \t\r".includes(line.charAt(at));
  let [start, end] = [0, line.length];
  while (blank(start)) start++;
  while (end > start && blank(end - 1)) end--;
  return line.slice(start, end);
}

/** What stands between five hyphens and five hyphens. */
function markOf(line: string): string | undefined {
  const marked = line.length >= 2 * HYPHENS.length && line.startsWith(HYPHENS) && line.endsWith(HYPHENS);
  return marked ? line.slice(HYPHENS.length, -HYPHENS.length) : undefined;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: ReadonlyMap<string, number> = new Map([...LETTERS].map((letter, value) => [letter, value]));

/** Base64 with padding. Bits after the last byte say nothing. */
function fromBase64(text: string): Uint8Array | undefined {
  const letters = text.replace(/[ \t\r]/g, "");
  const found = /^([A-Za-z0-9+/]*)={0,2}$/.exec(letters);
  if (found === null || letters.length % 4 !== 0) return undefined;
  const body = found[1] ?? "";
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  for (let i = 0, bits = 0, have = 0, at = 0; i < body.length; i++) {
    bits = ((bits << 6) | (VALUES.get(body[i] ?? "") ?? 0)) & 0xfffff;
    have += 6;
    if (have >= 8) bytes[at++] = (bits >> (have -= 8)) & 0xff;
  }
  return bytes;
}
