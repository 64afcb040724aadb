// The page as a reader has it: one file opened from the disk in a browser without a network. Skipped where Chromium is not
// installed. PICTURES=folder keeps what was seen.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { concat, toHex, utf8 } from "../src/bytes.ts";
import { factsFile } from "../src/facts.ts";
import { verifyPackage } from "../src/verify.ts";
import { DOCUMENT, boundTo, packageOf, receiptOf, world } from "./author.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = existsSync(CHROMIUM) ? false : `no Chromium at ${CHROMIUM}`;
const PICTURES = process.env.PICTURES;
const BIG = 48 << 20;
const folder = mkdtempSync(join(tmpdir(), "page-"));
const at = (name: string): string => join(folder, name);
let browser: Browser | undefined;

before(async () => {
  if (skip !== false) return;
  execFileSync(process.execPath, ["scripts/build.mjs"]);
  const made = world();
  const withFacts = (facts: Uint8Array): Uint8Array => packageOf(made, 1, "full", (files) => files.set("data/facts.json", facts).set("data/report.zh.pdf", utf8("%PDF-")));
  const { found } = verifyPackage(withFacts(utf8("{}\n")));
  const bytes = withFacts(found?.set === undefined ? utf8("") : factsFile(found, found.set));
  writeFileSync(at("right.evidence.zip"), bytes);
  const wrong = Uint8Array.from(bytes);
  wrong[bytes.length >> 1] = (wrong[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(at("wrong.evidence.zip"), wrong);
  writeFileSync(at("policy.toml"), `genesis = "${toHex(made.chain)}"\n[independent]\nneed = 2\nexclude = ["platform"]\n`);
  writeFileSync(at("bad.toml"), "genesis = 7\n");
  const excluded = Uint8Array.of(0xbc, 0xd7, 0xb9, 0xab, 0xcb, 0xbe); // a party's name as GBK has it
  writeFileSync(at("gbk.toml"), concat(utf8(`genesis = "${toHex(made.chain)}"\n[independent]\nneed = 1\nexclude = ["`), excluded, utf8('"]\n')));
  writeFileSync(at("contract.txt"), DOCUMENT);
  writeFileSync(at("bound.pdf"), boundTo(DOCUMENT, receiptOf(made, 1)));
  writeFileSync(at("big.evidence.zip"), packageOf(made, 1, "full", (files) => files.set("data/big.bin", new Uint8Array(BIG))));
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page with no network; everything that it asks for beside itself, and every complaint, fails the test. */
async function open(options: BrowserContextOptions): Promise<{ page: Page; trouble: string[] }> {
  assert.ok(browser !== undefined);
  const context = await browser.newContext({ offline: true, viewport: { width: 1000, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble: string[] = [];
  const own = pathToFileURL("dist/verify.html").href;
  page.on("request", (request) => {
    if (request.url() !== own && !request.url().startsWith("blob:")) trouble.push(`asked for ${request.url()}`);
  });
  page.on("console", (message) => trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(error.message));
  await page.goto(own);
  return { page, trouble };
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

test("a right package with policy and document, in Chinese, then in English", { skip }, async () => {
  const { page, trouble } = await open({ locale: "zh-CN" });
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await picture(page, "start-zh");
  await page.locator("#evidence").setInputFiles(at("right.evidence.zip"));
  await page.locator("#outcome", { hasText: "无法判断" }).waitFor();
  await page.locator("#policy").setInputFiles(at("policy.toml"));
  await page.locator("#outcome").getByText("成立", { exact: true }).waitFor();
  await page.locator("#document").setInputFiles(at("contract.txt"));
  await page.getByText("该文件即事件所载文件").waitFor();
  for (const word of ["张三", "事项-7", "不是司法鉴定意见", "archive-one", "court-one（法院）", "QUORUM_INDEPENDENT"]) {
    assert.ok((await page.locator("body").innerText()).includes(word), word);
  }
  await picture(page, "valid-zh");
  await page.getByRole("button", { name: "English" }).press("Enter");
  await page.getByText("The document is the one that the event names").waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.equal(await page.evaluate("document.activeElement.id"), "language-en", "the keyboard's place is kept");
  await picture(page, "valid-en");
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save" }).click()]);
  const { overall, unchecked } = JSON.parse(readFileSync(await saved.path(), "utf8"));
  assert.deepEqual([overall, unchecked], ["VALID", ["data/report.zh.pdf"]]);
  assert.match(await page.locator(".unchecked").innerText(), /nobody signed.*data\/report\.zh\.pdf/s);
  await page.emulateMedia({ media: "print" });
  await picture(page, "print-en");
  assert.deepEqual(trouble, []);
});

test("a document with the receipt in it is compared as it was before", { skip }, async () => {
  const { page, trouble } = await open({ locale: "en-GB" });
  await page.locator("#evidence").setInputFiles(at("right.evidence.zip"));
  await page.locator("#document").setInputFiles(at("bound.pdf"));
  await page.getByText(`The first ${DOCUMENT.length} bytes of this file are the document that the event names`).waitFor();
  assert.deepEqual(trouble, []);
});

test("a big package is examined beside the page, which lives on, says how far it is, and can be stopped", { skip }, async () => {
  const { page, trouble } = await open({ locale: "en-GB" });
  await page.locator("#evidence").setInputFiles(at("big.evidence.zip"));
  await page.locator("#step", { hasText: "/" }).waitFor();
  assert.equal(page.workers().length, 1);
  await picture(page, "running-en");
  await page.getByRole("button", { name: "Stop" }).press("Enter");
  await page.getByRole("alert").getByText("Nothing is known about the package.").waitFor();
  for (let waited = 0; page.workers().length > 0 && waited < 50; waited++) await page.waitForTimeout(100);
  assert.equal(page.workers().length, 0, "the work has ended");
  assert.equal(await page.locator("#outcome").count(), 0);
  await page.locator("#evidence").setInputFiles(at("big.evidence.zip"));
  await page.locator("#outcome").getByText("INVALID").waitFor({ timeout: 120_000 });
  assert.deepEqual(trouble, []);
});

test("without workers the page does the work itself", { skip }, async () => {
  const none = "Worker = class { constructor() { throw new Error('none'); } }";
  const broken = "Worker = class { constructor() { setTimeout(() => this.onerror(new Event('error', { cancelable: true }))); } terminate() {} }";
  for (const instead of [none, broken]) {
    const { page, trouble } = await open({ locale: "en-GB" });
    await page.evaluate(instead);
    await page.locator("#evidence").setInputFiles(at("right.evidence.zip"));
    await page.locator("#outcome").getByText("INDETERMINATE").waitFor();
    assert.deepEqual(trouble, []);
  }
});

test("a harmed package in the dark, dropped anywhere on the page", { skip }, async () => {
  const { page, trouble } = await open({ locale: "en-GB", colorScheme: "dark", viewport: { width: 390, height: 800 } });
  const bytes = readFileSync(at("wrong.evidence.zip")).toString("base64");
  const drop = `(bytes) => {
    const carried = new DataTransfer();
    carried.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], "wrong.evidence.zip"));
    document.querySelector("footer").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
  }`;
  await page.evaluate(`(${drop})(${JSON.stringify(bytes)})`);
  await page.locator("#outcome").getByText("INVALID").waitFor();
  assert.ok((await page.locator("ol.checks").innerText()).includes("PACKAGE"));
  assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, "nothing is wider than a phone");
  await picture(page, "invalid-dark-phone");
  await page.locator("#policy").setInputFiles(at("bad.toml"));
  await page.getByRole("alert").getByText("genesis").waitFor();
  await page.locator("#policy").setInputFiles(at("gbk.toml"));
  await page.getByRole("alert").getByText("UTF-8").first().waitFor();
  assert.deepEqual(trouble, []);
});

const AXE = "../../tests/browser/node_modules/axe-core/axe.min.js";
const withoutAxe = existsSync(AXE) ? skip : "axe-core is not fetched: npm ci in tests/browser";

test("axe finds nothing that keeps a reader out", { skip: withoutAxe }, async () => {
  for (const [locale, colorScheme] of [["zh-CN", "light"], ["en-GB", "dark"]] as const) {
    // The page's own policy would keep the checker out too.
    const { page } = await open({ locale, colorScheme, bypassCSP: true });
    await page.locator("#evidence").setInputFiles(at("right.evidence.zip"));
    await page.locator("#outcome").waitFor();
    await page.evaluate(readFileSync(AXE, "utf8"));
    const found = await page.evaluate<{ id: string }[]>("axe.run().then(({ violations }) => violations)");
    assert.deepEqual(found.map(({ id }) => id), []);
  }
});

test("the policy of the page lets nothing out", { skip }, async () => {
  const { page } = await open({ locale: "en-GB", offline: false });
  const blocked = await page.evaluate<string>("fetch('https://example.invalid/').then(() => 'out', (e) => e.message)");
  assert.match(blocked, /Failed to fetch|violates/);
  const image = await page.evaluate<string>("new Promise((done) => { const i = new Image(); addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective)); i.src = 'https://example.invalid/x.png'; })");
  assert.equal(image, "img-src");
  const html = readFileSync("dist/verify.html", "utf8");
  assert.ok(html.includes("default-src 'none'") && !html.includes("unsafe-inline"));
});

test("the same sources give the same bytes", { skip }, () => {
  const first = readFileSync("dist/verify.html");
  execFileSync(process.execPath, ["scripts/build.mjs"]);
  assert.ok(first.equals(readFileSync("dist/verify.html")));
  assert.ok(first.length < 250_000, `${first.length} bytes`);
});
