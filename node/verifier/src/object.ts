// Object identifiers and what carries them: algorithms and extensions. An identifier is compared as the hex of its DER
// content, so no number in it can be too large to be read.
import { toHex } from "./bytes.ts";
import { BOOLEAN, OBJECT_ID, OCTET_STRING, Row, SEQUENCE, type Element } from "./der.ts";

/** An object identifier in the form that `idOf` gives: hex of its content bytes. */
export type Id = string;

/** The identifier that is written with dots. Only for those that the sources name. */
export function id(dotted: string): Id {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [40 * first + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(128 + (left % 128));
    return digits;
  });
  return toHex(Uint8Array.from(bytes));
}

/** The identifier that an element is. */
export function idOf(element: Element | undefined): Id | undefined {
  return element?.tag === OBJECT_ID ? toHex(element.content) : undefined;
}

/** An AlgorithmIdentifier, `SEQUENCE { OID, … }`: what it names, and what stands after that. */
export interface Algorithm {
  readonly id: Id;
  readonly parameters: readonly Element[];
}

export function readAlgorithm(element: Element | undefined): Algorithm | undefined {
  const row = new Row(element, SEQUENCE);
  const named = idOf(row.take(OBJECT_ID));
  return row.holds && named !== undefined ? { id: named, parameters: row.rest(Infinity) } : undefined;
}

/** One extension: whether it must be understood, and its DER. */
export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

const MOST_EXTENSIONS = 64;

/** The extensions in an element, no two of one name. */
export function readExtensions(holder: Element | undefined): Map<Id, Extension> | undefined {
  const all = new Row(holder);
  const found = new Map<Id, Extension>();
  for (const item of all.rest(MOST_EXTENSIONS)) {
    const row = new Row(item, SEQUENCE);
    const name = idOf(row.take(OBJECT_ID));
    const critical = row.maybe(BOOLEAN)?.content[0] === 0xff;
    const { content: value } = row.take(OCTET_STRING);
    if (!row.complete || name === undefined || found.has(name)) return undefined;
    found.set(name, { critical, value });
  }
  return all.complete ? found : undefined;
}
