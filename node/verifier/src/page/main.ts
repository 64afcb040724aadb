// The page: takes files from the reader, shows what the verifier says about them, in the reader's language. It decides
// nothing, stores nothing, and cannot reach a network.
import { toHex } from "../bytes.ts";
import { title } from "../sentence.ts";
import type { Check, Outcome, Text } from "../check.ts";
import { sm3 } from "../hash.ts";
import { PolicyError, readPolicy, type Policy } from "../policy.ts";
import { documentMatches, summary, type Group } from "../summary.ts";
import { verifyPackage, type Verdict } from "../verify.ts";
import { make } from "./element.ts";
import { LIMITS, MARKS, MEANINGS, OUTCOMES, WORDS, type Language } from "./words.ts";

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
  verdict?: Verdict;
  trouble?: Text;
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

function policyGiven(): Policy | undefined {
  return shown.policy === undefined ? undefined : readPolicy(new TextDecoder().decode(shown.policy.bytes));
}

function verify(): void {
  delete shown.verdict;
  delete shown.trouble;
  draw();
  const { evidence } = shown;
  if (evidence === undefined) return;
  live.textContent = say(WORDS.busy);
  result.replaceChildren(make("p", {}, say(WORDS.busy)));
  // Two frames, so that the word is on the screen before the work keeps it from being drawn.
  requestAnimationFrame(() => setTimeout(() => {
    try {
      shown.verdict = verifyPackage(evidence.bytes, policyGiven());
    } catch (error) {
      shown.trouble = trouble(error);
    }
    draw();
    document.getElementById("outcome")?.focus();
  }));
}

/** What to say when there is no answer: the reader's policy is at fault, or this program is. */
function trouble(error: unknown): Text {
  if (!(error instanceof PolicyError)) return WORDS.fault;
  return { en: `${WORDS.badPolicy.en}: ${error.message}`, zh: `${WORDS.badPolicy.zh}：${error.message}` };
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
function inputs({ found }: Verdict, evidence: Given): HTMLElement {
  const row = (label: Text, value: Node | string): HTMLElement => make("div", {}, make("dt", {}, say(label)), make("dd", {}, value));
  const rows = [
    row(WORDS.file, evidence.name),
    row(WORDS.digest, make("code", {}, toHex(sm3(evidence.bytes)))),
    row(WORDS.withPolicy, shown.policy?.name ?? say(WORDS.none)),
  ];
  if (shown.document !== undefined && found !== undefined) {
    const by = documentMatches(found, shown.document.bytes);
    const outcome: Outcome = by === undefined ? "INVALID" : "VALID";
    const badge = make("span", { class: `badge ${outcome}` }, `${MARKS[outcome]} ${say(OUTCOMES[outcome])}`);
    rows.push(row(WORDS.documentLabel, make("div", {}, badge, ` ${say(by === undefined ? WORDS.other : WORDS.same)} ${by ?? ""} ${shown.document.name}`)));
  }
  return make("dl", {}, ...rows);
}

function save({ checks, overall }: Verdict): void {
  const flat = checks.map(({ code, detail, outcome }) => ({ code, outcome, detail: say(detail) }));
  const blob = new Blob([JSON.stringify({ overall, checks: flat }, null, 2) + "\n"], { type: "application/json" });
  const link = make("a", { href: URL.createObjectURL(blob), download: `${shown.evidence?.name ?? "evidence"}.checks.json` });
  link.click();
  URL.revokeObjectURL(link.href);
}

function actions(verdict: Verdict): HTMLElement {
  const [print, keep] = [make("button", { type: "button" }, say(WORDS.print)), make("button", { type: "button" }, say(WORDS.save))];
  print.addEventListener("click", () => window.print());
  keep.addEventListener("click", () => save(verdict));
  return make("div", { class: "actions" }, print, keep);
}

function resultParts(): HTMLElement[] {
  const { evidence, trouble, verdict } = shown;
  if (trouble !== undefined) return [make("div", { class: "banner INVALID", role: "alert" }, make("p", {}, say(trouble)))];
  if (verdict === undefined || evidence === undefined) return [];
  const facts = verdict.found === undefined ? [] : [make("p", { class: "soft" }, say(WORDS.believed)), ...summary(verdict.found).flatMap(group)];
  return [
    banner(verdict.overall, verdict.checks), actions(verdict), make("h2", {}, say(WORDS.file)), inputs(verdict, evidence),
    make("h2", {}, say(WORDS.checks)), make("ol", { class: "checks" }, ...verdict.checks.map(checkLine)), ...facts,
    make("h2", {}, say(WORDS.limits)), make("ul", { class: "limits" }, ...LIMITS.map((limit) => make("li", {}, say(limit)))),
  ];
}

function draw(): void {
  const focused = document.activeElement?.id ?? "";
  document.documentElement.lang = shown.language === "zh" ? "zh-CN" : "en";
  document.title = say(WORDS.title);
  result.replaceChildren(...resultParts());
  live.textContent = shown.verdict === undefined ? "" : `${say(OUTCOMES[shown.verdict.overall])}. ${say(MEANINGS[shown.verdict.overall])}`;
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
