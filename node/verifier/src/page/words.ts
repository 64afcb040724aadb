// The page's own words, in both languages. Sentences about checks and facts stand with the checks and facts.
import type { Outcome, Text } from "../check.ts";

export type Language = "zh" | "en";

const text = (en: string, zh: string): Text => ({ en, zh });

export const WORDS = {
  title: text("Evidence check", "证据包核验"),
  intro: text(
    "This page verifies an evidence package on this computer. It needs no network, and no file leaves it. It was written from the published specification, independently of the program that made the package.",
    "本页在这台电脑上核验证据包，无需联网，任何文件都不会被上传。本页依据公开的规范编写，独立于生成证据包的程序。",
  ),
  drop: text("Drop an evidence package here", "将证据包拖放到此处"),
  choose: text("or press to choose the file (.evidence.zip)", "或点击选择文件（.evidence.zip）"),
  policy: text("Policy (optional)", "策略文件（可选）"),
  policyWhy: text("The court's own file (.toml): which ledger, which organisations count, which time-stamping authorities. It must not come from the bearer of the package.", "法院自行编写的文件（.toml）：指明账本、所认可的机构、所信任的时间戳机构。不得取自提交证据包的一方。"),
  document: text("Document (optional)", "文件原件（可选）"),
  documentWhy: text("The document itself, to see whether it is the one whose digest the event names.", "文件原件，用于核对其摘要是否即事件所载的摘要。"),
  pick: text("Choose…", "选择……"),
  busy: text("Verifying…", "正在核验……"),
  cancel: text("Stop", "停止"),
  stopped: text("Stopped. Nothing is known about the package.", "已停止，未能对该证据包得出结论。"),
  checks: text("The checks", "检查项"),
  limits: text("What this does not say", "本结果不说明"),
  print: text("Print", "打印"),
  save: text("Save the result (JSON)", "保存结果（JSON）"),
  unreadable: text("The file cannot be read.", "无法读取该文件。"),
  badPolicy: text("The policy cannot be used", "策略文件无法使用"),
  fault: text("The verifier itself failed on this file; nothing is known about the package.", "核验程序自身出错，未能对该证据包得出结论。"),
  same: text("The document is the one that the event names: its digest is the same.", "该文件即事件所载文件：摘要一致。"),
  other: text("The document is not the one that the event names: its digest differs.", "该文件不是事件所载文件：摘要不一致。"),
  unnamed: text("The event names no document.", "该事件未载明文件。"),
  documentLabel: text("Document", "文件核对"),
  file: text("File", "文件"),
  digest: text("SM3 of the file", "文件的 SM3"),
  withPolicy: text("Policy", "策略文件"),
  none: text("none", "无"),
  believed: text("What the package says (to be believed only as far as the checks above hold):", "证据包所载内容（仅在上述检查成立的范围内可信）："),
  footer: text("Works without a network: this page may load nothing and send nothing, and its own security policy enforces that.", "可离线使用：本页的安全策略禁止其加载或发送任何内容。"),
  language: text("Language", "语言"),
} as const;

/** What is said of a document that had a receipt attached to it after it was signed. */
export const earlier = (length: number, more: number): Text => text(
  `The first ${length} bytes of this file are the document that the event names: the digest is the same. After them ${more} bytes were added with an attached receipt; whether they change what is seen is not examined here (chirograph check does).`,
  `该文件的前 ${length} 字节即事件所载文件，摘要一致。其后附加回执时增加了 ${more} 字节；这些字节是否改变所见内容，本页不作检查（可用 chirograph check 检查）。`,
);

export const OUTCOMES: Readonly<Record<Outcome, Text>> = {
  VALID: text("VALID", "成立"),
  INVALID: text("INVALID", "不成立"),
  INDETERMINATE: text("INDETERMINATE", "无法判断"),
};

/** Marks that differ in shape, for whoever does not see the colours. */
export const MARKS: Readonly<Record<Outcome, string>> = { VALID: "✓", INVALID: "✕", INDETERMINATE: "?" };

export const MEANINGS: Readonly<Record<Outcome, Text>> = {
  VALID: text("Every check holds.", "全部检查项均成立。"),
  INVALID: text("At least one check failed. Do not rely on this package.", "至少有一项检查不成立，请勿采信该证据包。"),
  INDETERMINATE: text("Nothing failed, but something that is needed is not at hand.", "没有不成立的检查项，但缺少作出判断所需的材料。"),
};

export const LIMITS: readonly Text[] = [
  text("Who moved the pen. A model's number is not an expert opinion.", "不说明何人执笔。模型给出的数值不是司法鉴定意见。"),
  text("What happened before the event was committed.", "不说明事件入账之前的情况。"),
  text("Whether the validators are independent of the parties, unless a policy says which count.", "不说明验证机构是否独立于当事人，除非策略文件指明所认可的机构。"),
];
