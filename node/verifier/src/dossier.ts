// The content of a package, decoded (SPEC section 7): every file that must be there, and no other. What the content is
// worth is for the checks.
import { equal, toHex, utf8 } from "./bytes.ts";
import { BAG_FILES } from "./bag.ts";
import { matterOf, type Body } from "./body.ts";
import { readEventFile, type Event } from "./event.ts";
import { readGenesis, type Genesis } from "./genesis.ts";
import { readIntent, type Intent } from "./intent.ts";
import { readLogin, type Login } from "./login.ts";
import { readPacket, type Packet } from "./packet.ts";
import { documentOf, readPresented, type Presented } from "./presented.ts";
import { decode, type Reader } from "./reader.ts";
import { isCompared } from "./references.ts";
import { readMatterFile, readReceipt, type MatterFile, type Receipt } from "./receipt.ts";
import { readStateFile, type Entry } from "./state.ts";
import { readTrail, type Link } from "./trail.ts";
import { readHeaderFile, type Header } from "./vote.ts";
import type { Archive, Files } from "./zip.ts";

export type Variant = "full" | "party" | "public";

/** A packet with what its commitment needs. */
export interface Disclosed {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly salt: Uint8Array;
  readonly packet: Packet;
}

/** A time-stamp token with the receipt over whose header it is. */
export interface Stamp {
  readonly receipt: Receipt;
  readonly token: Uint8Array;
  readonly chain: Uint8Array;
}

export interface Dossier {
  readonly variant: Variant;
  readonly genesis: Genesis;
  readonly event: Event;
  readonly receipt: Receipt;
  readonly trail: readonly Link[];
  readonly state: readonly Entry[];
  readonly facts: Uint8Array;
  readonly matter: MatterFile | undefined;
  readonly nonce: Header | undefined;
  /** The document that was presented when the package was made. */
  readonly presented: Presented | undefined;
  /** The prompt of a login. */
  readonly login: Login | undefined;
  /** 00 of a signing. */
  readonly questioned: Disclosed | undefined;
  readonly references: readonly Disclosed[];
  /** The enrolment of the references that a signing was compared with. */
  readonly enrolment: Receipt | undefined;
  /** The model that appraised, as the bytes that its digest is of. */
  readonly model: Uint8Array | undefined;
  readonly intents: readonly Intent[];
  readonly faults: readonly Receipt[];
  readonly stamps: readonly Stamp[];
  /** Paths of the files that are for people: nothing is read from them. */
  readonly forPeople: readonly string[];
}

/** What keeps a folder from being a package: the file, or the rule. */
export class LayoutError extends Error {}

const FOR_PEOPLE: readonly string[] = [
  "README.zh.txt", "README.en.txt", "SPEC.md", "verify.html", "data/report.json", "data/report.zh.pdf", "data/report.en.pdf",
  "data/page.zh.pdf", "data/page.en.pdf", "data/model/card.md", "data/model/calibration.json", "data/document.json",
  ...["strokes", "overlay", "speed", "pressure", "x", "y"].flatMap((name) => [`data/figures/${name}.en.svg`, `data/figures/${name}.zh.svg`]),
];
const VARIANTS: readonly Variant[] = ["full", "party", "public"];
const SALT_BYTES = 32;
const DOCUMENT = "data/document.bin";
const LOGIN = "data/login.bin";
const ENROLMENT = "data/enrolment.bin";
const MODEL = "data/model/model.bin";

/** The files, with a note of those that somebody asked for: the others must not be there. */
class Shelf {
  private readonly left: Set<string>;
  readonly forPeople: string[] = [];
  readonly files: Files;

  constructor(files: Files) {
    this.files = files;
    this.left = new Set(files.keys());
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  /** A file that somebody else looks at, whether it is there or not. */
  ignore(path: string): void {
    this.left.delete(path);
  }

  /** A file that nobody looks at, if it is there. */
  leaveToPeople(path: string): void {
    if (this.left.delete(path)) this.forPeople.push(path);
  }

  bytes(path: string): Uint8Array {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new LayoutError(path);
    this.left.delete(path);
    return bytes;
  }

  value<T>(path: string, read: (reader: Reader) => T): T {
    const value = decode(this.bytes(path), read);
    if (value === undefined) throw new LayoutError(path);
    return value;
  }

  /** Numbers from a first one on, as long as the named file is there. */
  numbers(folder: string, first: number): number[] {
    const found: number[] = [];
    for (let number = first; number < 100 && this.has(`${folder}/${two(number)}.bin`); number++) found.push(number);
    return found;
  }

  finish(): void {
    for (const path of this.left) throw new LayoutError(path);
  }
}

function two(number: number): string {
  return number.toString().padStart(2, "0");
}

function readVariant(shelf: Shelf): Variant {
  const bytes = shelf.bytes("data/package.json");
  const found = VARIANTS.find((variant) => equal(bytes, utf8(`{"format":"chirograph-evidence/1","variant":"${variant}"}\n`)));
  if (found === undefined) throw new LayoutError("data/package.json");
  return found;
}

function readDisclosed(shelf: Shelf, number: number): Disclosed {
  const stem = `data/packet/${two(number)}`;
  const packet = shelf.value(`${stem}.bin`, readPacket);
  const salt = shelf.bytes(`${stem}.salt`);
  if (salt.length !== SALT_BYTES) throw new LayoutError(`${stem}.salt`);
  shelf.leaveToPeople(`${stem}.ivd`);
  shelf.leaveToPeople(`${stem}.inkml`);
  return { number, bytes: shelf.bytes(`${stem}.bin`), salt, packet };
}

function readStamp(shelf: Shelf, number: number): Stamp {
  const stem = `data/time/${two(number)}`;
  return { receipt: shelf.value(`${stem}.bin`, readReceipt), token: shelf.bytes(`${stem}.tsr`), chain: shelf.bytes(`${stem}.chain.pem`) };
}

/** Only a matter has steps that could carry them. */
function readIntents(shelf: Shelf, body: Body): Intent[] {
  if (matterOf(body) === undefined) return [];
  return shelf.numbers("data/intent", 0).map((number) => shelf.value(`data/intent/${two(number)}.bin`, readIntent));
}

/** How many references a variant of this event's package has: at least and at most. */
function referencesDue(variant: Variant, event: Event): readonly [number, number] {
  const { body } = event.transaction;
  if (variant === "public") return [0, 0];
  if (body.kind === "enroll") return [body.references.length, body.references.length];
  return variant === "full" && isCompared(event) ? [0, 10] : [0, 0];
}

function readPackets(shelf: Shelf, variant: Variant, event: Event): Pick<Dossier, "questioned" | "references"> {
  const signs = event.transaction.body.kind === "sign" && variant !== "public";
  const questioned = signs ? readDisclosed(shelf, 0) : undefined;
  const numbers = shelf.numbers("data/packet", 1);
  const [least, most] = referencesDue(variant, event);
  if (numbers.length < least || numbers.length > most) throw new LayoutError("data/packet/");
  return { questioned, references: numbers.map((number) => readDisclosed(shelf, number)) };
}

function readAll(shelf: Shelf, folder: string): Dossier {
  const variant = readVariant(shelf);
  const event = shelf.value("data/event.bin", readEventFile);
  const { body, chain } = event.transaction;
  if (folder !== `E-${toHex(chain).slice(0, 8)}-${event.seq}.${variant}`) throw new LayoutError(folder);
  const dossier = {
    variant,
    genesis: shelf.value("data/genesis.bin", readGenesis),
    event,
    receipt: shelf.value("data/receipt.bin", readReceipt),
    trail: shelf.value("data/trail.bin", readTrail),
    state: shelf.value("data/state.bin", readStateFile),
    facts: shelf.bytes("data/facts.json"),
    matter: matterOf(body) === undefined ? undefined : shelf.value("data/matter.bin", readMatterFile),
    nonce: body.kind === "sign" ? shelf.value("data/nonce.bin", readHeaderFile) : undefined,
    presented: documentOf(body) !== undefined && shelf.has(DOCUMENT) ? shelf.value(DOCUMENT, readPresented) : undefined,
    login: body.kind === "sign" && shelf.has(LOGIN) ? shelf.value(LOGIN, readLogin) : undefined,
    ...readPackets(shelf, variant, event),
    enrolment: isCompared(event) && shelf.has(ENROLMENT) ? shelf.value(ENROLMENT, readReceipt) : undefined,
    model: event.appraisal !== null && shelf.has(MODEL) ? shelf.bytes(MODEL) : undefined,
    intents: readIntents(shelf, body),
    faults: shelf.numbers("data/faults", 0).map((number) => shelf.value(`data/faults/${two(number)}.bin`, readReceipt)),
    stamps: shelf.numbers("data/time", 0).map((number) => readStamp(shelf, number)),
    forPeople: shelf.forPeople,
  };
  shelf.finish();
  return dossier;
}

/** The content of a package, or the file or rule that is wrong. */
export function readDossier({ folder, files }: Archive): Dossier | LayoutError {
  const shelf = new Shelf(files);
  for (const path of BAG_FILES) shelf.ignore(path);
  for (const path of FOR_PEOPLE) shelf.leaveToPeople(path);
  try {
    return readAll(shelf, folder);
  } catch (error) {
    if (error instanceof LayoutError) return error;
    throw error;
  }
}
