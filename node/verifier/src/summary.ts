// What a package says, in plain words for a reader who is no engineer. It only words what was decoded; whether it may be
// believed is what the checks say, and who moved the pen is said by nobody.
import { attachedIn } from "./attached.ts";
import { equal, isZero, toHex } from "./bytes.ts";
import type { Body } from "./body.ts";
import type { Case } from "./case.ts";
import type { Text } from "./check.ts";
import { flagNames, GRADES, type Appraisal, type Event } from "./event.ts";
import { quorum } from "./genesis.ts";
import { promptOf } from "./login.ts";
import { documentOf, type Presented } from "./presented.ts";
import type { MatterFile } from "./receipt.ts";
import { sha256, sm3 } from "./hash.ts";
import { stampTimes } from "./stamps.ts";

/** One line: what it is, what it says, and whether that is made of digits and letters for machines. */
export interface Line {
  readonly label: Text;
  readonly value: Text;
  readonly code?: boolean;
}

/** Lines under one heading. */
export interface Group {
  readonly heading: Text;
  readonly lines: readonly Line[];
}

const text = (en: string, zh: string): Text => ({ en, zh });
const same = (value: string): Text => text(value, value);
const digits = (en: string, zh: string, value: string): Line => ({ label: text(en, zh), value: same(value), code: true });

const KIND: Readonly<Record<Body["kind"], Text>> = {
  enroll: text("Enrolment of a signer's reference signatures", "登记签署人的样本签名"),
  sign: text("Handwritten signature on a document", "在文件上手写签名"),
  record: text("Record of a step in the matter", "记录事项中的一个步骤"),
  anchor: text("Anchoring of an archive's content", "档案内容固化"),
  attest: text("Statement about an earlier event", "对先前事件的声明"),
  access: text("Access given to the writing of an earlier signing", "查阅先前签署之笔迹数据的许可"),
  govern: text("Decision of the consortium's members", "联盟成员的治理决定"),
  fault: text("Proof that a validator contradicted itself", "验证节点自相矛盾的证明"),
};

const VARIANT: Readonly<Record<string, Text>> = {
  full: text("full (for a court): with the writing and its references", "完整版（法庭）：含笔迹及样本"),
  party: text("for a party: with this event's writing", "当事人版：含本次笔迹"),
  public: text("public: without the writing", "公开版：不含笔迹"),
};

const BAND: Readonly<Record<number, Text>> = {
  1: text("accepted by the model's threshold", "达到模型的接受阈值"),
  2: text("left for a person to review", "需人工复核"),
  3: text("rejected by the model's threshold", "低于模型的拒绝阈值"),
  4: text("not compared: the writer has no references", "未比对：书写人没有样本"),
};

const ROLES: Readonly<Record<number, Text>> = {
  1: text("court", "法院"), 2: text("archive", "档案机构"), 3: text("notary", "公证机构"), 4: text("operator", "签约平台"), 5: text("auditor", "审计机构"),
};

/** What the flags of an appraisal mean; one that is not here is shown by its name alone. */
const FLAG_WORDS: Readonly<Record<string, Text>> = {
  SYNTHETIC: text("made by a program for tests, not written by a person", "由程序合成，供测试之用，非真人书写"),
  NO_PRESSURE: text("no pressure was recorded", "未记录压力"),
  SAMPLES_LOST: text("samples were lost", "有采样点丢失"),
  TIME_REPEATED: text("samples repeat a time", "采样时间有重复"),
  SLOW_RATE: text("few samples a second", "采样率偏低"),
  EVEN_SPEED: text("unusually even speed", "速度异常均匀"),
  UNKNOWN_SCALE: text("the true size is not known", "真实尺寸不明"),
  UNTRUSTED_SAMPLES: text("the samples' origin is not certain", "采样来源不确定"),
  OUTSIDE_VALIDATED: text("recorded in a way that the model was not validated for", "采集条件超出模型的验证范围"),
  FEW_REFERENCES: text("few references", "样本偏少"),
  TOO_LIKE_A_REFERENCE: text("nearly a copy of a reference", "与某一样本几乎相同"),
  MACHINE_MADE: text("moves as a machine does", "运动特征类似机器"),
  REPLAY: text("repeats an earlier recording", "疑为重放先前的采集"),
  INCOMPLETE: text("seems cut off", "疑似不完整"),
  MERGED: text("seems put together from parts", "疑似拼接"),
  CLOCK_TAMPERED: text("times that no digitiser makes", "时间戳不符合采集设备的规律"),
  TOO_FEW_SESSIONS: text("references of too few occasions", "样本采集次数过少"),
  TEMPLATE_OLD: text("old references", "样本陈旧"),
};

function flagText(flags: number): Text {
  const names = flagNames(flags);
  if (names.length === 0) return text("none", "无");
  const worded = (language: "en" | "zh"): string => names.map((name) => `${name}: ${FLAG_WORDS[name]?.[language] ?? "–"}`).join("\n");
  return text(worded("en"), worded("zh").replaceAll(": ", "："));
}

/** A time in two zones: the world's and China's, which is where the readers are. */
function when(milliseconds: bigint | number): Text {
  const instant = Number(milliseconds);
  if (!Number.isFinite(instant) || Math.abs(instant) > 8.64e15) return same("–");
  const iso = (shift: number): string => new Date(instant + shift).toISOString().replace("T", " ").replace("Z", "");
  if (instant + 28_800_000 > 8.64e15) return same("–");
  return text(`${iso(0)} UTC`, `北京时间 ${iso(28_800_000)}（${iso(0)} UTC）`);
}

function bodyLines(body: Body): Line[] {
  switch (body.kind) {
    case "enroll": return [plain("Signer", "签署人", body.signer), digits("References", "样本数", `${body.references.length}`)];
    case "sign": return [plain("Matter", "事项", body.matter), plain("Signer", "签署人", body.signer), digits("Document digest", "文件摘要", toHex(body.document))];
    case "record": return [plain("Matter", "事项", body.matter), plain("Step", "步骤", body.what), digits("Content digest", "内容摘要", toHex(body.content)), plain("Note", "说明", body.note)];
    case "anchor": return [plain("Matter", "事项", body.matter), digits("Content digest", "内容摘要", toHex(body.content)), digits("Size in bytes", "字节数", `${body.size}`), plain("Locator", "定位", body.locator)];
    case "attest": return [plain("Matter", "事项", body.matter), digits("About event", "所涉事件", `${body.target}`), plain("Statement", "声明", body.statement)];
    case "access": return [plain("Matter", "事项", body.matter), digits("Reads event", "所查阅事件", `${body.target}`), plain("Authority", "依据", body.authority), digits("Digest of the order", "文书摘要", toHex(body.order))];
    default: return [];
  }
}

function plain(en: string, zh: string, value: string): Line {
  return { label: text(en, zh), value: same(value === "" ? "–" : value) };
}

/** What whoever made the package says of the document; only the digest is the ledger's. */
function presentedLines({ hash, mediaType, name, size }: Presented): Line[] {
  const kind = mediaType === "" ? "" : `, ${mediaType}`;
  return [{ label: text("Document presented", "所出示的文件"), value: text(`${name} (${size} bytes${kind}; digest by ${hash})`, `${name}（${size} 字节${kind.replace(", ", "，")}；摘要算法 ${hash}）`) }];
}

function eventGroup({ event, login, presented, variant }: Case): Group {
  const lines = [
    { label: text("What", "内容"), value: KIND[event.transaction.body.kind] },
    ...bodyLines(event.transaction.body),
    plain("Submitted by", "提交机构", event.transaction.org),
    { label: text("Committed", "入账时间"), value: when(event.time) },
    digits("Event number", "事件序号", `${event.seq}`),
    digits("Event hash (SM3)", "事件哈希（SM3）", toHex(event.hash)),
    { label: text("Variant", "版本"), value: VARIANT[variant] ?? same(variant) },
    ...(login === undefined ? [] : [digits("Login under the prompt", "登录提示码", promptOf(login))]),
    ...(presented === undefined ? [] : presentedLines(presented)),
  ];
  return { heading: text("The event", "事件"), lines };
}

function timeGroup(found: Case): Group {
  const { event, nonce } = found;
  const lines: Line[] = [];
  if (nonce !== undefined) lines.push({ label: text("Not requested before", "签署请求不早于"), value: when(nonce.time) });
  lines.push({ label: text("Committed, by the validators' clocks", "入账时间（验证节点时钟）"), value: when(event.time) });
  for (const { authority, isTrusted, time } of stampTimes(found)) {
    const { en, zh } = when(time);
    const label = isTrusted ? text("Existed at the latest (time-stamp)", "至迟存在于（时间戳）") : text("Existed at the latest, says a time-stamp of an authority that no policy names", "至迟存在于（时间戳，策略文件未指明该机构）");
    lines.push({ label, value: text(`${en}, ${authority}`, `${zh}，${authority}`) });
  }
  return { heading: text("Since when", "时间"), lines };
}

/** A number in thousandths of log10, as a factor that people can read. */
function likelihood(thousandths: number): Text {
  const value = thousandths / 1000;
  const factor = 10 ** Math.abs(value);
  const round = Number(factor.toPrecision(2));
  const [en, zh] = value >= 0
    ? [`The writing is about ${round} times more probable if the enrolled signer wrote it than if a skilled imitator did`, `若为登记签署人所写，出现此笔迹的可能性约为熟练摹仿者所写的 ${round} 倍`]
    : [`The writing is about ${round} times more probable if a skilled imitator wrote it than if the enrolled signer did`, `若为熟练摹仿者所写，出现此笔迹的可能性约为登记签署人所写的 ${round} 倍`];
  return text(`${en} (log10 LR ${value.toFixed(3)}). Computed by software; not an expert opinion.`, `${zh}（log10 LR ${value.toFixed(3)}）。由软件计算，不是司法鉴定意见。`);
}

function writingGroup(appraisal: Appraisal): Group {
  const lines: Line[] = [{ label: text("Model's band", "模型等级"), value: BAND[appraisal.band] ?? same("–") }];
  if (appraisal.llr !== null) lines.push({ label: text("How strongly it speaks", "证据强度"), value: likelihood(appraisal.llr) });
  if (appraisal.llr === null && !isZero(appraisal.template)) {
    lines.push({ label: text("How strongly it speaks", "证据强度"), value: text("No number: the recording is outside what the model was validated for.", "无数值：该采集条件超出模型的验证范围。") });
  }
  lines.push(plain("Quality of the recording (A best, D worst)", "采集质量（A 最好，D 最差）", GRADES[appraisal.grade] ?? ""));
  lines.push({ label: text("Remarks", "标记"), value: flagText(appraisal.flags) });
  lines.push(digits("Model", "模型", toHex(appraisal.model)));
  return { heading: text("The writing", "笔迹"), lines };
}

/** More events of one matter than this are counted, not shown. */
const MOST_SHOWN = 100;

function matterGroup({ events, matter }: MatterFile): Group {
  const lines = events.slice(0, MOST_SHOWN).map((event): Line => {
    const [what, at] = [KIND[event.transaction.body.kind], when(event.time)];
    const { org } = event.transaction;
    return { label: text(`Event ${event.matterSeq}`, `第 ${event.matterSeq} 件`), value: text(`${what.en} (${org})\n${at.en}`, `${what.zh}（${org}）\n${at.zh}`) };
  });
  const more = events.length - lines.length;
  if (more > 0) lines.push({ label: same("…"), value: text(`and ${more} more`, `另有 ${more} 件`) });
  return { heading: text(`The matter ${matter}`, `事项 ${matter}`), lines };
}

/** The role of a member, from genesis or from what the state says of those who came later. */
function roleOf(org: string, { genesis, registered }: Case): Text | undefined {
  const later = (registered ?? []).flatMap((fact) => (fact.kind === "organisation" ? [fact.organisation] : []));
  return ROLES[[...genesis.organisations, ...later].find(({ name }) => name === org)?.role ?? 0];
}

function votesGroup(found: Case): Group {
  const { genesis, receipt, set } = found;
  const { certificate, header } = receipt.checkpoint;
  const lines: Line[] = [digits("Ledger (chain id)", "账本（链标识）", toHex(genesis.chain)), digits("Block height", "区块高度", `${header.height}`)];
  for (const { validator } of set === undefined ? [] : certificate.votes) {
    const org = set?.validators[validator]?.org ?? "";
    const role = roleOf(org, found);
    lines.push({ label: text(`Validator ${validator}`, `验证节点 ${validator}`), value: role === undefined ? same(org) : text(`${org} (${role.en})`, `${org}（${role.zh}）`) });
  }
  if (set !== undefined) lines.push({ label: text("Needed", "法定数"), value: text(`${quorum(set)} of ${set.validators.length}`, `${set.validators.length} 个中的 ${quorum(set)} 个`) });
  return { heading: text("Who signed the checkpoint", "检查点的签名机构"), lines };
}

/** What a decoded package says, group by group. */
export function summary(found: Case): Group[] {
  const { appraisal } = found.event;
  const writing = appraisal === null ? [] : [writingGroup(appraisal)];
  const matter = found.matter === undefined ? [] : [matterGroup(found.matter)];
  return [eventGroup(found), timeGroup(found), ...writing, ...matter, votesGroup(found)];
}

/** How a document is the one that an event names. */
export interface Match {
  readonly by: "SM3" | "SHA-256";
  /** So many bytes of it: fewer than it has when a receipt was attached to it since. */
  readonly length: number;
}

/** The digest of a document that the event names, if it names one. */
export function documentNamed({ event }: { readonly event: Event }): Uint8Array | undefined {
  return documentOf(event.transaction.body);
}

/** Whether a document, or what it was before a receipt was attached to it, has the digest that an event names. */
export function documentMatches(named: Uint8Array, document: Uint8Array): Match | undefined {
  for (const length of [document.length, ...attachedIn(document).map(({ before }) => before)]) {
    const part = document.subarray(0, length);
    if (equal(named, sm3(part))) return { by: "SM3", length };
    if (equal(named, sha256(part))) return { by: "SHA-256", length };
  }
  return undefined;
}
