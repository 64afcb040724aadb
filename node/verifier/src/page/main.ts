// The page: takes files from the reader, shows what the verifier says about them, in the reader's language. It decides
// nothing, stores nothing, and cannot reach a network.
import { toHex } from "../bytes.ts";
import { title, UNCHECKED, type Code } from "../sentence.ts";
import type { Check, Outcome, Text } from "../check.ts";
import type { Group, Match } from "../summary.ts";
import { make } from "./element.ts";
import type { Answer } from "./examine.ts";
import { begin, type Examination } from "./examiner.ts";
import { LIMITS, MARKS, MEANINGS, OUTCOMES, WORDS, earlier, type Language } from "./words.ts";

/** A file that the reader gave. */
interface Given {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Everything that the page shows follows from this. */
interface Shown {
  language: Language;
  evidence?: Given;
  policy?: Given;
  document?: Given;
  verdict?: Answer;
  trouble?: Text;
  /** What is being examined, and how far that is. */
  running?: Examination;
  step?: Step;
}

interface Step {
  readonly code: Code;
  readonly done: number;
  readonly all: number;
}

const shown: Shown = { language: navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en" };
const app = document.getElementById("app") ?? document.body;
const say = (text: Text): string => text[shown.language];

type Slot = "evidence" | "policy" | "document";

/** The result region and its live announcement stay in place, so that readers of screens hear what changes. */
const result = make("section", { "aria-labelledby": "outcome" });
const live = make("p", { class: "quiet", role: "status" });

async function take(slot: Slot, file: File): Promise<void> {
  try {
    shown[slot] = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    shown.trouble = WORDS.unreadable;
    return draw();
  }
  verify();
}

function verify(): void {
  halt();
  const { document: given, evidence, policy } = shown;
  if (evidence === undefined) return draw();
  const running = begin({ evidence: evidence.bytes, policy: policy?.bytes, document: given?.bytes }, (code, done, all) => {
    if (shown.running !== running) return;
    shown.step = { code, done, all };
    drawStep();
  });
  shown.running = running;
  draw();
  const ended = (change: Partial<Shown>): void => {
    if (shown.running !== running) return;
    halt();
    Object.assign(shown, change);
    draw();
    document.getElementById("outcome")?.focus();
  };
  running.answer.then((answer) => ended("badPolicy" in answer ? { trouble: badPolicy(answer.badPolicy) } : { verdict: answer }), () => ended({ trouble: WORDS.fault }));
}

/** Ends what is going on and forgets what came of it. */
function halt(): void {
  shown.running?.stop();
  for (const key of ["running", "step", "verdict", "trouble"] as const) delete shown[key];
}

function stopped(): void {
  halt();
  shown.trouble = WORDS.stopped;
  draw();
}

function badPolicy(why: string): Text {
  return { en: `${WORDS.badPolicy.en}: ${why}`, zh: `${WORDS.badPolicy.zh}：${why}` };
}

const bar = make("progress", { id: "progress" });
const step = make("p", { class: "soft", id: "step" });

/** How far it is: seen at once, and said to readers of screens at every few checks only. */
function drawStep(): void {
  const { step: at } = shown;
  bar.setAttribute("aria-label", say(WORDS.busy));
  if (at === undefined) {
    bar.removeAttribute("value");
    step.textContent = say(WORDS.busy);
    return;
  }
  bar.max = at.all;
  bar.value = at.done;
  step.textContent = `${at.done} / ${at.all} · ${say(title(at.code))}`;
  if (at.done % SAID_EVERY === 0) live.textContent = `${say(WORDS.busy)} ${at.done} / ${at.all}`;
}

const SAID_EVERY = 10;

function progressParts(): HTMLElement {
  const cancel = make("button", { type: "button", id: "cancel" }, say(WORDS.cancel));
  cancel.addEventListener("click", stopped);
  drawStep();
  return make("div", { class: "progress" }, make("div", {}, bar, step), cancel);
}

function languageButton(language: Language, name: string, tag: string): HTMLElement {
  const button = make("button", { type: "button", id: `language-${language}`, lang: tag, "aria-pressed": String(shown.language === language) }, name);
  button.addEventListener("click", () => {
    shown.language = language;
    draw();
  });
  return button;
}

function header(): HTMLElement {
  const languages = make("div", { class: "languages", role: "group", "aria-label": say(WORDS.language) },
    languageButton("zh", "中文", "zh-CN"), languageButton("en", "English", "en"));
  return make("header", {}, make("h1", {}, say(WORDS.title)), languages);
}

function fileInput(slot: Slot, id: string, accept: string): HTMLInputElement {
  const input = make("input", { type: "file", id, accept });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file !== undefined) void take(slot, file);
  });
  return input;
}

function dropZone(): HTMLElement {
  const name = shown.evidence?.name;
  const zone = make("label", { class: "drop", for: "evidence" }, make("strong", {}, say(WORDS.drop)),
    make("span", { class: "soft" }, name ?? say(WORDS.choose)), fileInput("evidence", "evidence", ".zip"));
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, () => zone.classList.add("over"));
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("over"));
  return zone;
}

function optional(slot: "policy" | "document", label: Text, why: Text, accept: string): HTMLElement {
  const name = shown[slot]?.name;
  return make("div", { class: "given" }, make("strong", {}, say(label)), make("p", { class: "soft", id: `${slot}-why` }, say(why)),
    make("label", { for: slot }, say(WORDS.pick), make("span", { class: "quiet" }, ` ${say(label)}`), fileInput(slot, slot, accept)),
    make("span", {}, name ?? say(WORDS.none)));
}

function checkLine({ code, detail, outcome }: Check): HTMLElement {
  const badge = make("span", { class: `badge ${outcome}` }, `${MARKS[outcome]} ${say(OUTCOMES[outcome])}`);
  return make("li", {}, badge, make("div", {}, make("strong", {}, say(title(code))), " ", make("code", {}, code), make("div", {}, say(detail))));
}

function banner(outcome: Outcome, checks: readonly Check[]): HTMLElement {
  const first = checks.find((check) => check.outcome === outcome);
  const about = outcome === "VALID" || first === undefined ? "" : ` ${say(title(first.code))}${shown.language === "zh" ? "：" : ": "}${say(first.detail)}`;
  return make("div", { class: `banner ${outcome}` }, make("span", { class: "mark", "aria-hidden": "true" }, MARKS[outcome]),
    make("div", {}, make("h2", { id: "outcome", tabindex: "-1" }, say(OUTCOMES[outcome])), make("p", {}, say(MEANINGS[outcome]) + about)));
}

function group({ heading, lines }: Group): HTMLElement[] {
  const rows = lines.map(({ code, label, value }) => make("div", {}, make("dt", {}, say(label)),
    make("dd", {}, code === true ? make("code", {}, say(value)) : say(value))));
  return [make("h2", {}, say(heading)), make("dl", {}, ...rows)];
}

/** What the result is about: the files, and whether the document is the one that is meant. */
function inputs({ digest, match }: Answer, evidence: Given): HTMLElement {
  const row = (label: Text, value: Node | string): HTMLElement => make("div", {}, make("dt", {}, say(label)), make("dd", {}, value));
  const rows = [
    row(WORDS.file, evidence.name),
    row(WORDS.digest, make("code", {}, toHex(digest))),
    row(WORDS.withPolicy, shown.policy?.name ?? say(WORDS.none)),
  ];
  if (shown.document !== undefined && match !== undefined) {
    const [outcome, what] = comparison(match, shown.document.bytes.length);
    const badge = make("span", { class: `badge ${outcome}` }, `${MARKS[outcome]} ${say(OUTCOMES[outcome])}`);
    rows.push(row(WORDS.documentLabel, make("div", {}, badge, ` ${say(what)} ${typeof match === "string" ? "" : match.by} ${shown.document.name}`)));
  }
  return make("dl", {}, ...rows);
}

/** An earlier state of the document is another answer than the document: what was added since is not looked at here. */
function comparison(match: Match | "other" | "unnamed", length: number): [Outcome, Text] {
  if (match === "other") return ["INVALID", WORDS.other];
  if (match === "unnamed") return ["INDETERMINATE", WORDS.unnamed];
  if (match.length === length) return ["VALID", WORDS.same];
  return ["INDETERMINATE", earlier(match.length, length - match.length)];
}

function save({ checks, overall, unchecked }: Answer): void {
  const flat = checks.map(({ code, detail, outcome }) => ({ code, outcome, detail: say(detail) }));
  const blob = new Blob([JSON.stringify({ overall, checks: flat, unchecked }, null, 2) + "\n"], { type: "application/json" });
  const link = make("a", { href: URL.createObjectURL(blob), download: `${shown.evidence?.name ?? "evidence"}.checks.json` });
  link.click();
  URL.revokeObjectURL(link.href);
}

function actions(verdict: Answer): HTMLElement {
  const [print, keep] = [make("button", { type: "button" }, say(WORDS.print)), make("button", { type: "button" }, say(WORDS.save))];
  print.addEventListener("click", () => window.print());
  keep.addEventListener("click", () => save(verdict));
  return make("div", { class: "actions" }, print, keep);
}

/** Right below the verdict, because whoever reads a report in the package believes that the verdict is about it. */
function beside(unchecked: readonly string[]): HTMLElement[] {
  if (unchecked.length === 0) return [];
  const paths = unchecked.flatMap((path) => [" ", make("code", {}, path)]);
  return [make("p", { class: "unchecked" }, make("strong", {}, say(UNCHECKED)), ...paths)];
}

function resultParts(): HTMLElement[] {
  const { evidence, running, trouble, verdict } = shown;
  if (running !== undefined) return [progressParts()];
  if (trouble !== undefined) return [make("div", { class: "banner INVALID", role: "alert" }, make("p", {}, say(trouble)))];
  if (verdict === undefined || evidence === undefined) return [];
  const facts = verdict.groups === undefined ? [] : [make("p", { class: "soft" }, say(WORDS.believed)), ...verdict.groups.flatMap(group)];
  return [
    banner(verdict.overall, verdict.checks), ...beside(verdict.unchecked), actions(verdict), make("h2", {}, say(WORDS.file)), inputs(verdict, evidence),
    make("h2", {}, say(WORDS.checks)), make("ol", { class: "checks" }, ...verdict.checks.map(checkLine)), ...facts,
    make("h2", {}, say(WORDS.limits)), make("ul", { class: "limits" }, ...LIMITS.map((limit) => make("li", {}, say(limit)))),
  ];
}

function draw(): void {
  const focused = document.activeElement?.id ?? "";
  document.documentElement.lang = shown.language === "zh" ? "zh-CN" : "en";
  document.title = say(WORDS.title);
  result.replaceChildren(...resultParts());
  if (shown.running === undefined) live.textContent = shown.verdict === undefined ? "" : `${say(OUTCOMES[shown.verdict.overall])}. ${say(MEANINGS[shown.verdict.overall])}`;
  app.replaceChildren(header(), make("main", {}, make("p", { class: "soft" }, say(WORDS.intro)), dropZone(),
    make("div", { class: "inputs" }, optional("policy", WORDS.policy, WORDS.policyWhy, ".toml"), optional("document", WORDS.document, WORDS.documentWhy, "")), live, result),
    make("footer", {}, make("p", {}, say(WORDS.footer))));
  // What had the keyboard's focus was made anew; its successor gets it.
  if (focused !== "") document.getElementById(focused)?.focus();
}

/** What a dropped file is, by its name: whatever is neither policy nor zip is the document, once there is a package. */
function slotOf(name: string): Slot {
  if (name.endsWith(".toml")) return "policy";
  return name.endsWith(".zip") || shown.evidence === undefined ? "evidence" : "document";
}

// A file that misses the marked area must not replace the page: it is taken all the same.
for (const type of ["dragover", "drop"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    const [file] = event instanceof DragEvent ? (event.dataTransfer?.files ?? []) : [];
    if (type === "drop" && file !== undefined) void take(slotOf(file.name), file);
  });
}
draw();
