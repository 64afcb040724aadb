// A ledger of three events and its packages, written by SPEC alone, for tests. Keys follow from names; nothing here is
// shared with the code under test but hashing, the zip's bytes and the SM2 package.
import { sm2 } from "sm-crypto-v2";
import { bigEndian, compare, concat, fromHex, toHex, utf8 } from "../src/bytes.ts";
import { sha256, sm3, type Hash } from "../src/hash.ts";
import { writeZip } from "../src/zip.ts";

// Node 18 has no global source of randomness, so the package fetches one before the first signature.
await sm2.initRNGPool();

export type Bytes = Uint8Array;

const tag = (name: string): Bytes => concat(Uint8Array.of(name.length + 11), utf8("chirograph/" + name), Uint8Array.of(1));
const u8 = (value: number): Bytes => Uint8Array.of(value);
const u16 = (value: number): Bytes => bigEndian(value, 2);
const u32 = (value: number): Bytes => bigEndian(value, 4);
const u64 = (value: number): Bytes => bigEndian(value, 8);
const i32 = (value: number): Bytes => bigEndian(value >>> 0, 4);
const text = (value: string): Bytes => concat(u32(utf8(value).length), utf8(value));
const list = (items: readonly Bytes[]): Bytes => concat(u32(items.length), ...items);
const option = (value: Bytes | null): Bytes => (value === null ? u8(0) : concat(u8(1), value));
const bytes = (value: Bytes): Bytes => concat(u32(value.length), value);
const NONE = new Uint8Array(32);

/** A key pair that follows from a name. */
export interface Pair {
  readonly secret: string;
  readonly key: Bytes;
}

export function pair(name: string): Pair {
  const secret = toHex(sm3(utf8(name))).replace(/^./, "1");
  return { secret, key: fromHex(sm2.getPublicKeyFromPrivateKey(secret)) ?? NONE };
}

export function sign({ secret }: Pair, message: Bytes): Bytes {
  return fromHex(sm2.doSignature(message, secret, { hash: true })) ?? NONE;
}

export const keyId = (key: Bytes): Bytes => sm3(tag("key"), key);

/** The members; each has one key, and the first four vote with another. */
export const MEMBERS = ["court-one", "archive-one", "notary-one", "platform"];
const MODEL = sm3(utf8("model"));
const START = 1_767_225_600_000;

interface Member {
  readonly org: string;
  readonly key: Bytes;
}

export const voters = (epoch: number): Pair[] => MEMBERS.map((name) => pair(`vote ${name} ${epoch}`));
const members = (epoch: number): Member[] => voters(epoch).map(({ key }, i) => ({ org: MEMBERS[i] ?? "", key }));
const setBody = (epoch: number): Bytes => concat(u64(epoch), list(members(epoch).map(({ key, org }) => concat(text(org), key))));
const setDigest = (epoch: number): Bytes => sm3(tag("validator-set"), setBody(epoch));
const RESCUERS = ["rescue a", "rescue b", "rescue c"].map(pair);

/** What a test may change before everything else is made from it. */
export interface Wishes {
  readonly organisations?: readonly Bytes[];
  readonly acceptAt?: number;
  readonly band?: number;
  readonly attestedBy?: Pair | null;
  readonly submitter?: Pair;
  readonly nonceTime?: number;
  readonly voting?: readonly number[];
  /** How the set changed: by its own votes, by a rescue, or by rescues of which the earlier ones decided nothing. */
  readonly epochs?: "change" | "rescue" | "second" | "both" | "far";
  readonly packetSigner?: string;
  readonly packetDocument?: Bytes;
}

const organisation = (name: string, keys: readonly Bytes[], role = 4): Bytes => concat(text(name), u8(role), list(keys));

const paramsOf = (acceptAt = 500): Bytes => concat(MODEL, i32(acceptAt), i32(-500), u32(0), u8(1), u64(600_000), u64(1000), u32(256), u32(65536), u64(400), u64(800), u64(60_000), u64(10_000));

function genesisOf({ acceptAt, organisations }: Wishes): Bytes {
  const params = paramsOf(acceptAt);
  const all = organisations ?? MEMBERS.map((name, i) => organisation(name, [pair(name).key], i + 1));
  const validators = members(0).map(({ key, org }) => concat(text(org), key, sm3(key)));
  const rescue = concat(u16(2), list(RESCUERS.map(({ key }) => key)));
  return concat(tag("genesis"), text("test ledger"), u64(START), params, list(all), list(validators), rescue);
}

function variable(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...variable(Math.floor(value / 128))];
}

/** A column by the rule of 4.7. */
function column(values: readonly number[], slope: boolean, steady: boolean): Bytes {
  const written: number[] = [];
  let [before, step] = [0, 0];
  const differences = values.map((value, i) => {
    const now = value - before;
    const difference = now - (slope && i >= 2 ? step : 0);
    [before, step] = [value, now];
    return difference;
  });
  for (let i = 0; i < differences.length; i++) {
    const difference = differences[i] ?? 0;
    written.push(...variable(difference >= 0 ? 2 * difference : -2 * difference - 1));
    if (!steady || difference !== 0) continue;
    let further = 0;
    while (differences[i + 1 + further] === 0) further++;
    written.push(...variable(further));
    i += further;
  }
  return Uint8Array.from(written);
}

const SAMPLES = 60;

function samplesOf(seed: number): Bytes {
  const at = <T>(f: (i: number) => T): T[] => Array.from({ length: SAMPLES }, (_, i) => f(i));
  const columns = [
    column(at((i) => i * 5000), true, true), column(at((i) => Math.round(4000 * Math.sin(i / 7 + seed))), true, false),
    column(at((i) => Math.round(3000 * Math.cos(i / 5 + seed)) - i * seed), true, false), column(at((i) => 200 + ((i * 37) % 300)), false, false),
    column(at((i) => (i === 30 ? 0 : 1)), false, true), column(at((i) => (i > 20 ? 1 : 0)), false, true),
    column(at((i) => i + 100).slice(21), false, true), column(at(() => 450).slice(21), false, true),
  ];
  return concat(u32(SAMPLES), ...columns);
}

interface PacketParts {
  readonly signer: string;
  readonly document: Bytes;
  readonly nonceHeight: number;
  readonly nonceBlock: Bytes;
  readonly seed: number;
  readonly by: Pair | null;
}

/** A packet, its salt, and the digest of its samples. */
export interface Written {
  readonly packet: Bytes;
  readonly salt: Bytes;
  readonly samples: Bytes;
}

function packetOf({ by, document, nonceBlock, nonceHeight, seed, signer }: PacketParts): Written {
  const binding = concat(text(signer), document, u64(nonceHeight), nonceBlock, text("签署"));
  const device = concat(text("maker"), text("pad"), text("s/n 1"), text("system"), text("app"), u8(1), u32(10_000), u16(5), u32(10_000), u32(8000), u8(0), u32(1024), u32(200_000), u32(1000), u8(1), u8(1));
  const session = concat(u64(START), u32(100_000), u32(80_000), u8(0), option(null), u16(1), list([]), text(""), u32(500), u32(3000), u8(1), u8(1), option(concat(i32(3121), i32(12147))));
  const samples = samplesOf(seed);
  const content = concat(binding, device, session, samples);
  const attestation = by === null ? null : concat(by.key, sign(by, concat(tag("packet-attestation"), content)));
  return { packet: concat(tag("packet"), content, option(attestation)), salt: sm3(u32(seed)), samples: sm3(tag("packet-samples"), samples) };
}

const commitment = ({ packet, salt }: Written): Bytes => sm3(tag("packet-commitment"), salt, packet);
const fingerprint = (chain: Bytes, { samples }: Written): Bytes => sm3(tag("fingerprint"), chain, samples);

/** The tree of RFC 9162 over leaves: its root, and the path of one. */
function tree(hash: Hash, leaves: readonly Bytes[], index: number): { root: Bytes; path: Bytes[] } {
  if (leaves.length === 1) return { root: hash(u8(0), leaves[0] ?? NONE), path: [] };
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  const [a, b] = [tree(hash, leaves.slice(0, left), index), tree(hash, leaves.slice(left), index - left)];
  const path = index < left ? [...a.path, b.root] : [...b.path, a.root];
  return { root: hash(u8(1), a.root, b.root), path };
}

interface Leaf {
  readonly path: Bytes;
  readonly value: Bytes;
}

const bit = (path: Bytes, depth: number): number => ((path[depth >> 3] ?? 0) >> (7 - (depth % 8))) & 1;

function stateRoot(leaves: readonly Leaf[], depth = 0): Bytes {
  const [first, ...more] = leaves;
  if (first === undefined) return NONE;
  if (more.length === 0) return sm3(u8(0), first.path, first.value);
  return sm3(u8(1), ...[0, 1].map((side) => stateRoot(leaves.filter(({ path }) => bit(path, depth) === side), depth + 1)));
}

/** A state proof by the rule of 4.5. */
export function stateProof(leaves: readonly Leaf[], path: Bytes): Bytes {
  const siblings: Bytes[] = [];
  let under = [...leaves];
  for (let depth = 0; under.length > 1; depth++) {
    siblings.push(stateRoot(under.filter((leaf) => bit(leaf.path, depth) !== bit(path, depth)), depth + 1));
    under = under.filter((leaf) => bit(leaf.path, depth) === bit(path, depth));
  }
  const [leaf] = under;
  return concat(list(siblings), option(leaf === undefined ? null : concat(leaf.path, leaf.value)));
}

interface HeaderParts {
  readonly chain: Bytes;
  readonly height: number;
  readonly epoch: number;
  readonly next: number;
  readonly time: number;
  readonly size?: number;
  readonly roots?: readonly Bytes[];
}

function headerOf({ chain, epoch, height, next, roots = [NONE, NONE, NONE, NONE], size = 0, time }: HeaderParts): Bytes {
  return concat(chain, u64(height), u64(epoch), u64(height + 1), NONE, u64(time), u16(0), NONE, u32(1), u64(size), ...roots, setDigest(epoch), setDigest(next), MODEL);
}

export const headerDigest = (header: Bytes): Bytes => sm3(tag("header"), header);

/** A certificate of finalize votes over a header. */
export function certify(chain: Bytes, header: Bytes, epoch: number, voting: readonly number[]): Bytes {
  const height = header.subarray(32, 40);
  const view = header.subarray(48, 56);
  const subject = concat(u8(3), u64(epoch), view, height, headerDigest(header));
  const message = concat(tag("vote"), chain, subject);
  return concat(subject, list(voting.map((index) => concat(u16(index), sign(voters(epoch)[index] ?? pair(""), message)))));
}

const resolution = (chain: Bytes, epoch: number): Bytes => {
  const before = concat(chain, u64(1), NONE, setBody(epoch), list([]));
  const signatures = [0, 2].map((index) => concat(u16(index), sign(RESCUERS[index] ?? pair(""), concat(tag("rescue"), before))));
  return concat(before, list(signatures));
};

/** The epoch that the trail is to lead to. */
function epochOf({ epochs }: Wishes): number {
  if (epochs === undefined) return 0;
  if (epochs === "far") return 1001;
  return epochs === "second" || epochs === "both" ? 2 : 1;
}

function trailOf(chain: Bytes, { epochs }: Wishes): Bytes {
  if (epochs === undefined) return concat(tag("trail"), list([]));
  const header = headerOf({ chain, epoch: 0, height: 2, next: 1, time: START + 10 });
  const change = concat(u8(1), header, certify(chain, header, 0, [0, 1, 2]), setBody(1));
  const rescue = (epoch: number): Bytes => concat(u8(2), resolution(chain, epoch));
  const rescues = epochs === "both" ? [rescue(1), rescue(2)] : [rescue(epochOf({ epochs }))];
  return concat(tag("trail"), list(epochs === "change" ? [change] : rescues));
}

interface Draft {
  readonly chain: Bytes;
  readonly org: string;
  readonly by: Pair;
  readonly body: Bytes;
}

function transactionOf({ body, by, chain, org }: Draft): Bytes {
  const draft = concat(chain, text(org), keyId(by.key), sm3(body).subarray(0, 16), u64(900), body);
  return concat(draft, sign(by, concat(tag("draft"), draft)));
}

const FIRST_HEIGHT = 3;
const eventOf = (seq: number, matterSeq: number, transaction: Bytes, appraisal: Bytes | null): Bytes =>
  concat(u64(seq), u64(FIRST_HEIGHT + seq), u64(START + 1000 * (seq + 1)), u64(matterSeq), transaction, option(appraisal));

/** The ledger: everything that its packages are made of. Bodies are without tags. */
export interface World {
  readonly genesis: Bytes;
  readonly chain: Bytes;
  readonly trail: Bytes;
  readonly events: readonly Bytes[];
  readonly checkpoint: Bytes;
  readonly header: Bytes;
  readonly epoch: number;
  readonly matterFile: Bytes;
  readonly nonce: Bytes;
  readonly state: Bytes;
  readonly questioned: Written;
  readonly references: readonly Written[];
}

export const DOCUMENT = utf8("%PDF-1.7 the contract");
export const MATTER = "事项/7".replace("/", "-");
const LATE = pair("key of a late member");

/** Makes the ledger: an enrolment, a signing and a record of a matter, and a late member in the state. */
export function world(wishes: Wishes = {}): World {
  const genesis = genesisOf(wishes);
  const chain = sm3(genesis);
  const epoch = epochOf(wishes);
  const nonceHeader = headerOf({ chain, epoch: 0, height: 1, next: 0, time: wishes.nonceTime ?? START + 5 });
  const [nonceHeight, nonceBlock] = [1, headerDigest(nonceHeader)];
  const by = wishes.attestedBy === undefined ? pair("platform") : wishes.attestedBy;
  const parts = { signer: wishes.packetSigner ?? "张三", nonceHeight, nonceBlock, by };
  const references = [1, 2].map((seed) => packetOf({ ...parts, document: NONE, seed }));
  const questioned = packetOf({ ...parts, document: wishes.packetDocument ?? sm3(DOCUMENT), seed: 3 });
  const template = sm3(tag("template"), chain, list(references.map(commitment)));
  const fingerprints = (packets: readonly Written[]): Bytes => list(packets.map((packet) => fingerprint(chain, packet)));
  const appraised = (due: Bytes, llr: number | null, band: number, packets: readonly Written[]): Bytes =>
    concat(MODEL, due, option(llr === null ? null : i32(llr)), option(null), u8(band), u8(2), u32(1 + 4), u64(2), fingerprints(packets));
  const submit = (body: Bytes): Bytes => transactionOf({ chain, org: "platform", by: wishes.submitter ?? pair("platform"), body });
  const events = [
    eventOf(0, 0, submit(concat(u8(1), text("张三"), list(references.map(commitment)))), appraised(NONE, null, 4, references)),
    eventOf(1, 1, submit(concat(u8(2), text(MATTER), text("张三"), sm3(DOCUMENT), commitment(questioned), u64(nonceHeight), nonceBlock)), appraised(template, 1234, wishes.band ?? 1, [questioned])),
    eventOf(2, 2, transactionOf({ chain, org: "late-member", by: LATE, body: concat(u8(3), text(MATTER), text("sent"), sm3(utf8("letter")), text("到达")) }), null),
  ];
  return { genesis, chain, trail: trailOf(chain, wishes), events, epoch, nonce: nonceHeader, questioned, references, ...close({ chain, epoch, events, voting: wishes.voting ?? [0, 1, 3] }) };
}

interface Closing {
  readonly chain: Bytes;
  readonly epoch: number;
  readonly events: readonly Bytes[];
  readonly voting: readonly number[];
}

/** The last header over the events, its certificate, and the files that stand on it. */
function close({ chain, epoch, events, voting }: Closing): Pick<World, "checkpoint" | "header" | "matterFile" | "state"> {
  const hashes = events.map((event) => sm3(tag("event"), event));
  const sum = (start: Bytes, of: readonly Bytes[]): Bytes => of.reduce((before, hash) => sm3(before, hash), start);
  const matterSum = sum(sm3(tag("matter-sum"), chain, text(MATTER)), hashes.slice(1));
  const key = (kind: number, name: string): Bytes => concat(tag("state-key"), u8(kind), text(name));
  const late = organisation("late-member", [LATE.key]);
  const retired = pair("a key that was given up");
  const entries = [
    { key: key(3, "late-member"), value: concat(tag("organisation"), late) },
    { key: concat(tag("state-key"), u8(25), keyId(retired.key)), value: concat(tag("retired-key-leaf"), text("platform"), retired.key, u64(2)) },
  ].sort((a, b) => compare(a.key, b.key));
  const matterPath = sm3(key(5, MATTER));
  const leaves = [{ path: matterPath, value: sm3(tag("matter-leaf"), u64(2), matterSum) }, ...entries.map((entry) => ({ path: sm3(entry.key), value: sm3(entry.value) }))];
  const logs = [sm3, sha256].map((hash) => tree(hash, events.map((event) => concat(tag("event"), event)), 0).root);
  const roots = [sum(sm3(tag("ledger-sum"), chain), hashes), ...logs, stateRoot(leaves)];
  const header = headerOf({ chain, epoch, height: 9, next: epoch, time: START + 9000, size: events.length, roots });
  const checkpoint = concat(header, certify(chain, header, epoch, voting));
  const matterFile = concat(tag("matter-file"), text(MATTER), option(concat(u64(2), matterSum)), stateProof(leaves, matterPath), checkpoint, list(events.slice(1)));
  const state = concat(tag("state-file"), list(entries.map((entry) => concat(bytes(entry.key), bytes(entry.value), stateProof(leaves, sm3(entry.key))))));
  return { checkpoint, header, matterFile, state };
}

/** The receipt of an event, as a file. */
export function receiptOf({ checkpoint, events }: World, index: number): Bytes {
  const leaves = events.map((event) => concat(tag("event"), event));
  const [path, other] = [sm3, sha256].map((hash) => list(tree(hash, leaves, index).path));
  return concat(tag("receipt"), events[index] ?? NONE, path ?? NONE, other ?? NONE, checkpoint);
}

/** The consortium in the state at a height, as the list of its members names them; only some are shown with their leaves. */
export function membersPage({ chain }: World, height: number, names: readonly string[], shown: readonly string[]): { checkpoint: Bytes; state: Bytes } {
  const key = (kind: number, name?: string): Bytes => concat(tag("state-key"), u8(kind), name === undefined ? new Uint8Array(0) : text(name));
  const member = (name: string): [Bytes, Bytes] => [key(3, name), concat(tag("organisation"), organisation(name, [pair(name).key]))];
  const heads: [Bytes, Bytes][] = [[key(1), concat(tag("params"), paramsOf())], [key(20), concat(tag("members-leaf"), list(names.map(text)))]];
  const leaves = [...heads, ...names.map(member)].map(([at, value]) => ({ path: sm3(at), value: sm3(value) }));
  const header = headerOf({ chain, epoch: 0, height, next: 0, time: START + height, roots: [NONE, NONE, NONE, stateRoot(leaves)] });
  const entries = [...heads, ...shown.map(member)].sort(([a], [b]) => compare(a, b));
  const state = concat(tag("state-file"), list(entries.map(([at, value]) => concat(bytes(at), bytes(value), stateProof(leaves, sm3(at))))));
  return { checkpoint: concat(tag("checkpoint"), header, certify(chain, header, 0, [0, 1, 2])), state };
}

/** A document with a receipt in it, as far as finding it goes: no reader of PDFs would open this one. */
export function boundTo(document: Bytes, receipt: Bytes): Bytes {
  const head = `\n%chirograph-receipt ${document.length}\n5 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2foctet-stream /Params << /Size ${receipt.length} >> /Length ${receipt.length} >>\nstream\n`;
  return concat(document, utf8(head), receipt, utf8("\nendstream\nendobj\n6 0 obj\n(a name)\nendobj\nxref\nstartxref\n7\n%%EOF\n"));
}

/** The files of a package below its folder, without facts.json and the bag. */
export function filesOf(made: World, index: number, variant: "full" | "party" | "public"): Map<string, Bytes> {
  const files = new Map<string, Bytes>([
    ["data/package.json", utf8(`{"format":"chirograph-evidence/1","variant":"${variant}"}\n`)],
    ["data/genesis.bin", made.genesis], ["data/event.bin", concat(tag("event"), made.events[index] ?? NONE)],
    ["data/receipt.bin", receiptOf(made, index)], ["data/trail.bin", made.trail], ["data/state.bin", made.state],
  ]);
  if (index > 0) files.set("data/matter.bin", made.matterFile);
  if (index === 1) files.set("data/nonce.bin", concat(tag("header"), made.nonce));
  const lay = (written: readonly Written[], first: number): void => written.forEach(({ packet, salt }, i) => {
    files.set(`data/packet/0${first + i}.bin`, packet);
    files.set(`data/packet/0${first + i}.salt`, salt);
  });
  if (variant !== "public" && index === 1) lay([made.questioned], 0);
  if ((variant === "full" && index === 1) || (variant !== "public" && index === 0)) lay(made.references, 1);
  return files;
}

const folderOf = (made: World, index: number, variant: string): string => `E-${toHex(made.chain).slice(0, 8)}-${index}.${variant}`;

/** The bag around files, and the zip around the bag. */
export function packed(folder: string, content: ReadonlyMap<string, Bytes>): Bytes {
  const files = new Map(content);
  const lines = (hash: Hash, data: boolean): Bytes => {
    const paths = [...files.keys()].filter((path) => path.startsWith("data/") === data && !path.startsWith("tagmanifest"));
    return utf8(paths.sort((a, b) => compare(utf8(a), utf8(b))).map((path) => `${toHex(hash(files.get(path) ?? NONE))}  ${path}\n`).join(""));
  };
  const payload = [...files].filter(([path]) => path.startsWith("data/"));
  const size = payload.reduce((sum, [, held]) => sum + held.length, 0);
  files.set("bagit.txt", utf8("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"));
  files.set("bag-info.txt", utf8(`Bag-Software-Agent: chirograph evidence 1\nExternal-Identifier: ${folder}\nPayload-Oxum: ${size}.${payload.length}\n`));
  files.set("manifest-sha256.txt", lines(sha256, true));
  files.set("manifest-sm3.txt", lines(sm3, true));
  const [one, other] = [lines(sha256, false), lines(sm3, false)];
  files.set("tagmanifest-sha256.txt", one);
  files.set("tagmanifest-sm3.txt", other);
  return writeZip({ folder, files });
}

/** A package; `change` may alter its files before the bag is made around them. */
export function packageOf(made: World, index: number, variant: "full" | "party" | "public", change: (files: Map<string, Bytes>) => void = () => {}): Bytes {
  const files = filesOf(made, index, variant);
  change(files);
  return packed(folderOf(made, index, variant), files);
}
