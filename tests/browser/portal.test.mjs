// The portal as a person uses it, in a real browser, against a real network of four validators. Strokes are those of the
// synthetic writer, sent through the browser's own input; the ledger marks them as made by a program.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, shot, violations } from "./browser.mjs";
import { run, startNetwork } from "./network.mjs";
import { readInkml, write } from "./pen.mjs";

const WRITER = 7;
const IMPOSTOR = 23;
const MATTER = "合同-2026-017";
const SIGNER = "signer-7";
const PATIENCE = 60_000;
/** Which of them depends on how much of the shape is missing. */
const OTHER_HAND = /^(STROKE_SCORE_LOW|INCOMPLETE|MERGED)$/;

let network, browser, desk;
const strokes = (seed, number) => {
  const path = join(network.folder, `${seed}-${number}.inkml`);
  assert.equal(run("packet", "synthetic", "--seed", String(seed), "--number", String(number), "--out", path).code, 0);
  return readInkml(path);
};
const at = (hash) => `${network.url}/#/${hash}`;
const codesShown = (page) => page.locator(".check-head code").allInnerTexts();

before(async () => {
  network = await startNetwork();
  browser = await openBrowser();
  desk = await openPage(browser, network.url);
  writeFileSync(join(network.folder, "contract.txt"), "One bicycle, sold as seen.\n");
  writeFileSync(join(network.folder, "other.txt"), "Two bicycles.\n");
  writeFileSync(join(network.folder, "policy.toml"), `genesis = "${network.chain}"\n[independent]\nneed = 2\n`);
});

after(async () => {
  await browser?.close();
  await network?.stop();
});

async function chooseKey(page) {
  await page.setInputFiles("section[aria-labelledby=key-title] input[type=file]", network.key);
  await page.getByText("Signing as demo-operator").waitFor();
}

async function fillSigning(page, matter, signer) {
  await page.fill("[name=matter]", matter);
  await page.fill("[name=signer]", signer);
  const choose = page.locator("section[aria-labelledby=what-title] input[type=file]");
  if (await choose.count()) await choose.setInputFiles(join(network.folder, "contract.txt"));
  await page.getByText("contract.txt").waitFor();
}

const result = (page) => page.locator("section[aria-labelledby=result-title]");

test("a signer is enrolled with five signatures", async () => {
  const { page } = desk;
  await page.goto(at("enrol"));
  await chooseKey(page);
  await page.fill("[name=signer]", SIGNER);
  for (let i = 0; i < 5; i++) {
    await write(page, ".pad canvas", strokes(WRITER, i));
    await page.getByRole("button", { name: `Keep as signature ${i + 1}` }).click();
  }
  await page.getByRole("button", { name: "Enrol and commit" }).click();
  await result(page).getByText("Committed as event 0").waitFor({ timeout: PATIENCE });
  assert.match(await result(page).innerText(), /Not compared: no references/);
  await shot(page, "enrol");
});

test("a signature is appraised, and the validators' votes are seen to commit it", async () => {
  const { page } = desk;
  await page.goto(at("sign"));
  await fillSigning(page, MATTER, SIGNER);
  await page.getByRole("button", { name: "Sign and commit" }).click();
  await page.getByText("Write the signature in the field.").waitFor();
  await write(page, ".pad canvas", strokes(WRITER, 8));
  await page.getByRole("button", { name: "Sign and commit" }).click();
  await result(page).getByText("Committed as event 1").waitFor({ timeout: PATIENCE });
  const said = await result(page).innerText();
  assert.match(said, /Speaks for the enrolled signer/);
  assert.match(said, /Made by a program, and says so/);
  assert.match(said, /[34] of 4 validators signed; 3 make a quorum/);
  await shot(page, "sign");
});

test("what the browser wrote is what the ledger holds", async () => {
  const { code, out } = run("query", "event", "1", "--localnet", network.dir, "--json");
  assert.equal(code, 0);
  assert.match(out, new RegExp(SIGNER));
  assert.match(out, new RegExp(MATTER));
  const digest = run("query", "document", join(network.folder, "contract.txt"), "--localnet", network.dir, "--json");
  assert.equal(digest.code, 0);
});

test("another hand under the same name is refused with the reason", async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "Another signing" }).click();
  await fillSigning(page, MATTER, SIGNER);
  await write(page, ".pad canvas", strokes(IMPOSTOR, 0));
  await page.getByRole("button", { name: "Sign and commit" }).click();
  await result(page).getByText(OTHER_HAND).waitFor({ timeout: PATIENCE });
  await shot(page, "refused");
});

test("the same strokes a second time are refused", async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "Clear" }).click();
  await write(page, ".pad canvas", strokes(WRITER, 8));
  await page.getByRole("button", { name: "Sign and commit" }).click();
  await result(page).getByText(/REPLAY|PACKET_DUPLICATE/).waitFor({ timeout: PATIENCE });
});

test("a finger and a mouse are taken for what they are", async () => {
  const { page } = desk;
  await page.fill("[name=signer]", "walk-in");
  await page.getByRole("button", { name: "Clear" }).click();
  await write(page, ".pad canvas", strokes(WRITER, 9), "mouse");
  await page.getByText(/^mouse · \d+ reports/).waitFor();
  await page.getByRole("button", { name: "Check only" }).click();
  await result(page).getByText("Nothing was submitted").waitFor({ timeout: PATIENCE });
  assert.match(await result(page).innerText(), /No pressure, or a constant one/);
});

test("a matter's timeline is proven complete in the browser", async () => {
  const { page } = desk;
  await page.goto(at("search"));
  await page.fill("#search-matter", MATTER);
  await page.locator("#search-matter").press("Enter");
  await page.getByText("These are all 1 events of this matter").waitFor({ timeout: PATIENCE });
  await shot(page, "matter");
  await page.goto(at("matter/nothing-of-the-kind"));
  await page.getByText("The ledger holds nothing about this matter").waitFor({ timeout: PATIENCE });
});

test("a document is found by what it holds, and another is not", async () => {
  const { page } = desk;
  await page.goto(at("search"));
  const drop = page.locator("section[aria-labelledby=document-title] input[type=file]");
  await drop.setInputFiles(join(network.folder, "contract.txt"));
  await page.getByText("One event names contract.txt").waitFor({ timeout: PATIENCE });
  await shot(page, "search");
  await drop.setInputFiles(join(network.folder, "other.txt"));
  await page.getByText("No event names other.txt").waitFor({ timeout: PATIENCE });
});

test("an event's package is checked in the browser as the program checks it", async () => {
  const { page } = desk;
  await page.goto(at("event/1"));
  await page.locator(".check-list li").first().waitFor({ timeout: PATIENCE });
  const shown = await page.locator(".check-list").innerText();
  assert.doesNotMatch(shown, /does not hold/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /Download evidence package/ }).click()]);
  const file = join(network.folder, "package.zip");
  await download.saveAs(file);
  assert.match(download.suggestedFilename(), /^E-[0-9a-f]{8}-1\.public\.evidence\.zip$/);
  await shot(page, "event");
  const verified = run("verify", file, "--json");
  assert.equal(verified.code, 2, verified.out); // without a policy nobody says which ledger is meant
  const codes = JSON.parse(verified.out).checks.map((c) => c.code);
  assert.deepEqual(await codesShown(page), codes);
  assert.equal(run("verify", file, "--policy", policy()).code, 0);
});

test("a court reads a writing, and the reading is on the ledger before it is shown", async () => {
  const { page, context } = await openPage(browser, at("event/1"));
  await page.getByText("Read the writing", { exact: true }).click();
  await page.setInputFiles("section[aria-labelledby=key-title] input[type=file]", join(network.dir, "orgs/demo-court.pem"));
  await page.getByText("Signing as demo-court (court)").waitFor();
  const go = page.getByRole("button", { name: "Put the reading on the ledger and read" });
  await go.click();
  await page.getByText("Say on what ground").waitFor();
  await page.fill("[name=authority]", "(2026) 民初 17 号");
  await go.click();
  await page.getByText("This reading is event 2 of the ledger.").waitFor({ timeout: PATIENCE });
  assert.equal(await page.locator(".thumbnails li").count(), 5);
  assert.deepEqual(await violations(page), []);
  await shot(page, "reading");
  await page.getByText("This reading is event 2 of the ledger.").click();
  await page.getByText("(2026) 民初 17 号").first().waitFor({ timeout: PATIENCE });
  await context.close();
});

/** Clicks, saves what comes of it in the network's folder, and gives name and path. */
async function downloaded(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: PATIENCE }), page.getByRole("button", { name }).click()]);
  const file = join(network.folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

/** Puts a reading of event 1 on the ledger in the name of an organisation, and waits until it is shown. */
async function reading(page, organisation) {
  await page.getByText("Read the writing", { exact: true }).click();
  await page.setInputFiles("section[aria-labelledby=key-title] input[type=file]", join(network.dir, `orgs/${organisation}.pem`));
  await page.getByText(`Signing as ${organisation}`).waitFor();
  await page.fill("[name=authority]", "(2026) 民初 18 号");
  await page.getByRole("button", { name: "Put the reading on the ledger and read" }).click();
  await page.getByRole("heading", { name: "Package with the writing" }).waitFor({ timeout: PATIENCE });
}

const policy = () => join(network.folder, "policy.toml");

test("a court takes home the full package, checked in the page as the program checks it", async () => {
  const { page, context } = await openPage(browser, at("event/1"));
  await reading(page, "demo-court");
  let full;
  for (const [button, variant] of [[/full package/, "full"], [/party's package/, "party"]]) {
    const file = await downloaded(page, button);
    if (variant === "full") full = file;
    assert.match(file, new RegExp(`E-[0-9a-f]{8}-1\\.${variant}\\.evidence\\.zip$`));
    await page.getByText(`1.${variant}.evidence.zip`).waitFor();
    const shown = await page.locator(".nested .check-list").innerText();
    assert.doesNotMatch(shown, /does not hold/);
    const verified = run("verify", file, "--policy", policy(), "--json");
    assert.equal(verified.code, 0, verified.out);
    const codes = JSON.parse(verified.out).checks.map((c) => c.code);
    assert.ok(["PACKET_COMMIT", "PACKET_BINDING", "DEVICE_SIG", "ACCESS"].every((c) => codes.includes(c)), codes.join());
    // Without the policy the page cannot know how many organisations must be independent.
    assert.deepEqual(await page.locator(".nested .check-head code").allInnerTexts(), codes.filter((c) => c !== "QUORUM_INDEPENDENT"));
  }
  assert.deepEqual(await violations(page), []);
  await shot(page, "disclosed");
  await page.goto(at("replay"));
  await page.locator("main input[type=file]").setInputFiles(full);
  await page.locator("option", { hasText: "reference 5" }).first().waitFor({ state: "attached" });
  await context.close();
});

test("a platform takes home its own signing, without the references", async () => {
  const { page, context } = await openPage(browser, at("event/1"));
  await reading(page, "demo-operator");
  assert.equal(await page.getByRole("button", { name: /full package/ }).count(), 0);
  const file = await downloaded(page, /party's package/);
  assert.equal(run("verify", file, "--policy", policy()).code, 0);
  await context.close();
});

test("an organisation that did not submit a signing does not get its writing", async () => {
  const { page, context } = await openPage(browser, at("event/1"));
  await page.getByText("Read the writing", { exact: true }).click();
  await page.setInputFiles("section[aria-labelledby=key-title] input[type=file]", join(network.dir, "orgs/demo-notary.pem"));
  await page.fill("[name=authority]", "curiosity");
  await page.getByRole("button", { name: "Put the reading on the ledger and read" }).click();
  await page.locator("main [role=alert]").waitFor({ timeout: PATIENCE });
  assert.equal(await page.locator(".player").count(), 0);
  await context.close();
});

test("a signature recorded elsewhere is taken instead of the field", async () => {
  const { page } = desk;
  await page.goto(at("sign"));
  await fillSigning(page, "elsewhere", "walk-in");
  await page.getByText("Without a pointing device").click();
  const packet = join(network.folder, "walk-in.packet");
  assert.equal(run("packet", "synthetic", "--seed", "11", "--out", packet).code, 0);
  await page.locator("details input[type=file]").setInputFiles(packet);
  await page.getByText("The signature of this file is used").waitFor();
  await page.getByRole("button", { name: "Check only" }).click();
  await result(page).getByText("Nothing was submitted").waitFor({ timeout: PATIENCE });
});

test("a dropped package is verified without the node; a flipped bit is seen", async () => {
  const { page, context } = await openPage(browser, network.url);
  await page.goto(at("verify"));
  await context.setOffline(true);
  const [main, policy, document] = [0, 1, 2].map((i) => page.locator("main input[type=file]").nth(i));
  await policy.setInputFiles(join(network.folder, "policy.toml"));
  await document.setInputFiles(join(network.folder, "contract.txt"));
  const file = join(network.folder, "package.zip");
  await main.setInputFiles(file);
  await page.getByText("Everything holds.").waitFor({ timeout: PATIENCE });
  await page.getByText("contract.txt is the document that the event names.").waitFor();
  await shot(page, "verify");
  const bytes = readFileSync(file);
  const place = bytes.indexOf(Buffer.from("chirograph/receipt")) + 100;
  bytes[place] ^= 1;
  writeFileSync(join(network.folder, "bent.zip"), bytes);
  await main.setInputFiles(join(network.folder, "bent.zip"));
  await page.getByText("Something does not hold.").waitFor({ timeout: PATIENCE });
  await main.setInputFiles(join(network.folder, "other.txt"));
  await page.getByText("other.txt is neither a package nor a receipt nor a policy").waitFor();
  await context.close();
});

test("a receipt is verified with the node's genesis and trail", async () => {
  const { page } = desk;
  const receipt = join(network.folder, "receipt");
  assert.equal(run("query", "receipt", "1", "--localnet", network.dir, "--out", receipt).code, 0);
  await page.goto(at("verify"));
  await page.locator("main input[type=file]").first().setInputFiles(receipt);
  await page.locator(".check-list li").first().waitFor({ timeout: PATIENCE });
  const shown = await page.locator(".check-list").innerText();
  assert.deepEqual((await codesShown(page)).slice(0, 5), ["GENESIS", "CHAIN", "TRAIL", "VALIDATORS", "CERTIFICATE"]);
  assert.doesNotMatch(shown, /does not hold/);
});

test("a writing is replayed at real speed, and from any moment", async () => {
  const { page } = desk;
  await page.goto(at("replay"));
  await page.locator("main select").first().selectOption({ label: `${MATTER} · ${SIGNER}` });
  const clock = async () => Number.parseFloat(await page.locator(".clock").innerText());
  const picture = () => page.locator(".player canvas").evaluate((c) => c.toDataURL().length);
  const whole = await clock();
  const [full] = [await picture()];
  const slider = page.getByLabel("Position in time");
  await slider.focus();
  await slider.press("Home");
  assert.equal(await clock(), 0);
  assert.notEqual(await picture(), full);
  const since = Date.now();
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForFunction((end) => Number.parseFloat(document.querySelector(".clock").textContent) >= end, whole, { timeout: PATIENCE });
  const took = (Date.now() - since) / 1000;
  assert.ok(took > whole * 0.9 && took < whole + 3, `${took} s for a writing of ${whole} s`);
  await page.getByLabel("Number the strokes").check();
  await shot(page, "replay");
  const packet = join(network.folder, "one.packet");
  assert.equal(run("packet", "synthetic", "--seed", "3", "--out", packet).code, 0);
  await page.locator("main input[type=file]").setInputFiles(packet);
  await page.locator("option", { hasText: "one.packet" }).waitFor({ state: "attached" });
});

test("the network shows its validators, organisations and model", async () => {
  const { page } = desk;
  await page.goto(at("network"));
  await page.getByText("Works. 1 more may fail").waitFor({ timeout: PATIENCE });
  assert.equal(await page.locator("tbody tr").count(), 4);
  await page.getByText("Model card", { exact: true }).click();
  await page.getByText("What it does not say").waitFor();
  await shot(page, "network");
});

test("language and colours switch, and stay", async () => {
  const { page, context } = await openPage(browser, at("sign"));
  await page.getByRole("button", { name: "切换到中文" }).click();
  await page.getByRole("heading", { name: "手写签署文件" }).waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.getByLabel("配色").selectOption("dark");
  await page.reload();
  await page.getByRole("heading", { name: "手写签署文件" }).waitFor();
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  await shot(page, "sign-zh-dark");
  await context.close();
  const chinese = await openPage(browser, network.url, { locale: "zh-CN" });
  await chinese.page.getByRole("heading", { name: "手写签署文件" }).waitFor();
  await chinese.context.close();
});

test("the keyboard reaches everything, and a reader is told where it is", async () => {
  const { page, context } = await openPage(browser, at("network"));
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.getByRole("link", { name: "Search", exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Search the ledger" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  assert.match(await page.title(), /^Search/);
  await context.close();
});

const field = (page) => page.locator("section[aria-labelledby=prompt-title]");

async function prompted(page, signer) {
  await page.fill("[name=signer]", signer);
  await page.getByRole("button", { name: /^(Show the|Another) prompt$/ }).click();
  const digits = await page.locator(".prompt span").first().innerText();
  assert.match(digits, /^\d{6}$/);
  return digits;
}

test("who signs under the prompt answers it, and the program says the same", async () => {
  const { page } = desk;
  await page.goto(at("login"));
  await page.getByText("Signing as demo-operator").waitFor();
  const first = await prompted(page, "somebody");
  const digits = await prompted(page, SIGNER);
  assert.notEqual(digits, first, "another signer has other digits");
  await page.getByText(/They can be answered for \d+ minutes/).waitFor();
  await page.getByRole("button", { name: "Answer" }).click();
  await page.getByText("Write the signature in the field.").waitFor();
  await write(page, ".pad canvas", strokes(WRITER, 12));
  await page.getByRole("button", { name: "Answer" }).click();
  // Everything holds but one thing: these strokes say themselves that no hand made them.
  await result(page).getByText("The prompt is answered; by whom is not decided.").waitFor({ timeout: PATIENCE });
  const outcomes = await result(page).locator("> .check-list > li .outcome").allInnerTexts();
  assert.deepEqual(outcomes, ["holds", "undecided"]);
  assert.deepEqual(await violations(page), []);
  await shot(page, "login");
  const seq = /Committed as event (\d+)/.exec(await result(page).innerText())[1];
  const { code, out } = run("login", "check", seq, SIGNER, "--localnet", network.dir, "--json");
  assert.equal(code, 2, out);
  const checks = Object.fromEntries(JSON.parse(out).checks.map((c) => [c.code, c]));
  assert.equal(checks.LOGIN_CHALLENGE.outcome, "VALID");
  assert.match(checks.LOGIN_CHALLENGE.detail, new RegExp(digits));
  assert.equal(checks.LOGIN_WRITER.outcome, "INDETERMINATE");
});

test("another hand does not answer a prompt, nor do the strokes of before", async () => {
  const { page } = desk;
  await prompted(page, SIGNER);
  await write(page, ".pad canvas", strokes(IMPOSTOR, 2));
  await page.getByRole("button", { name: "Answer" }).click();
  await result(page).getByText(OTHER_HAND).waitFor({ timeout: PATIENCE });
  await prompted(page, SIGNER);
  await write(page, ".pad canvas", strokes(WRITER, 12));
  await page.getByRole("button", { name: "Answer" }).click();
  await result(page).getByText(/REPLAY|PACKET_DUPLICATE/).waitFor({ timeout: PATIENCE });
});

test("a prompt that nobody answered in time is not taken any more", async () => {
  const { page, context } = await openPage(browser, network.url);
  await page.clock.install();
  await page.goto(at("login"));
  await chooseKey(page);
  await prompted(page, SIGNER);
  await page.clock.fastForward(11 * 60_000);
  await page.getByText("This prompt has lapsed. Ask for another.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Answer" }).isDisabled());
  await context.close();
});

test("many documents are looked up with one line each: files, and a table of digests", async () => {
  const { page } = desk;
  await page.goto(at("search"));
  const batch = page.locator("section[aria-labelledby=batch-title]");
  const row = (name) => batch.locator("tr", { hasText: name });
  const paths = Array.from({ length: 60 }, (_, i) => join(network.folder, `letter-${i}.txt`));
  paths.forEach((path, i) => writeFileSync(path, `letter ${i}`));
  await batch.locator("input[type=file]").first().setInputFiles([...paths, join(network.folder, "contract.txt")]);
  await batch.getByText("Events name 1 of 61 documents.").waitFor({ timeout: PATIENCE });
  assert.match(await row("contract.txt").innerText(), /\b1\b/);
  assert.match(await row("letter-7.txt").innerText(), /none/);
  assert.deepEqual(await violations(page), []);
  await shot(page, "batch");
  const saved = readFileSync(await downloaded(page, "Save as a table"), "utf8").trim().split("\r\n");
  assert.equal(saved.length, 62);
  const digest = /^contract\.txt,([0-9a-f]{64}) /.exec(saved.find((l) => l.startsWith("contract.txt")))[1];
  const table = join(network.folder, "table.csv");
  writeFileSync(table, `"lease, signed",${digest}\nunknown,${"00".repeat(32)}\nno digest here\n`);
  await batch.locator("input[type=file]").first().setInputFiles(table);
  await batch.getByText("Events name 1 of 3 documents.").waitFor({ timeout: PATIENCE });
  assert.match(await row("lease, signed").innerText(), /\b1\b/);
  assert.match(await row("no digest here").innerText(), /not a name and 64 hex digits/);
});

const PAGES = ["sign", "enrol", "login", "search", "replay", "verify", "network", "event/1", `matter/${encodeURIComponent(MATTER)}`];

for (const colorScheme of ["light", "dark"]) {
  for (const locale of ["en-GB", "zh-CN"]) {
    test(`no barrier on any page, and nothing wider than a phone: ${colorScheme}, ${locale}`, async () => {
      const { page, context } = await openPage(browser, network.url, { colorScheme, locale, viewport: { width: 390, height: 844 } });
      for (const name of PAGES) {
        await page.goto(at(name));
        if (name.startsWith("event")) await page.locator(".check-list li").first().waitFor({ timeout: PATIENCE });
        if (name.startsWith("matter")) await page.locator(".timeline").waitFor({ timeout: PATIENCE });
        if (name === "network") await page.locator("tbody tr").first().waitFor({ timeout: PATIENCE });
        assert.deepEqual(await violations(page), [], name);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
        await shot(page, `phone-${colorScheme}-${locale}-${name.split("/")[0]}`);
      }
      await context.close();
    });
  }
}

test("no barrier where results, refusals and players are shown", async () => {
  const { page } = desk;
  await page.goto(at("replay"));
  await page.locator(".player").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.goto(at("sign"));
  await fillSigning(page, MATTER, SIGNER);
  await write(page, ".pad canvas", strokes(IMPOSTOR, 1));
  await page.getByRole("button", { name: "Check only" }).click();
  await result(page).getByText(OTHER_HAND).waitFor({ timeout: PATIENCE });
  assert.deepEqual(await violations(page), []);
});

/** Makes a motion and has it approved by as many as decide. */
function decide(...changes) {
  const of = ["--localnet", network.dir, "--json"];
  const made = run("gov", "propose", ...of, "--org", "demo-notary", ...changes);
  assert.equal(made.code, 0, made.out);
  const motion = JSON.parse(made.out).transaction;
  for (const org of ["demo-court", "demo-archive"]) assert.equal(run("gov", "approve", motion, "--yes", ...of, "--org", org).code, 0);
  return motion;
}

test("after a motion the page shows who belongs to the consortium now, and proves it", async () => {
  const { page, context } = await openPage(browser, at("network"));
  const members = page.locator("section[aria-labelledby=organisations-title]");
  await members.getByText(/^All members at height/).waitFor({ timeout: PATIENCE });
  assert.equal(await members.locator("li").count(), 5);
  const key = join(network.folder, "late.pem");
  const { public_key } = JSON.parse(run("key", "new", "--out", key, "--json").out);
  const validator = JSON.parse(run("key", "show", join(network.dir, "node3/validator.pem"), "--json").out);
  decide("--add-organisation", `late-platform:operator:${public_key}`, "--remove-organisation", "demo-auditor", "--remove-validator", validator.public_key);
  await members.getByText("late-platform").waitFor({ timeout: PATIENCE });
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 3, null, { timeout: PATIENCE });
  assert.doesNotMatch(await members.innerText(), /demo-auditor/);
  assert.doesNotMatch(await page.locator("tbody").innerText(), /demo-auditor/);
  await members.getByText(/^All members at height/).waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "network-after-motion");
  // The new member's key is known, and signs; the votes are those of the new set.
  await page.goto(at("sign"));
  await page.setInputFiles("section[aria-labelledby=key-title] input[type=file]", key);
  await page.getByText("Signing as late-platform (operator)").waitFor();
  await fillSigning(page, "after-the-motion", "walk-in-2");
  await write(page, ".pad canvas", strokes(31, 0));
  await page.getByRole("button", { name: "Sign and commit" }).click();
  await result(page).getByText(/Committed as event/).waitFor({ timeout: PATIENCE });
  const votes = await result(page).locator(".vote-name").allInnerTexts();
  assert.deepEqual(votes, ["demo-notary", "demo-court", "demo-archive"]);
  await context.close();
});

test("a node that leaves a member out, or adds one, is caught", async () => {
  const { page, context } = await openPage(browser, network.url);
  await page.route(/GetMembers$/, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    // One bit of a name in the list: the proof does not fit any more.
    const place = body.indexOf(Buffer.from("late-platform"));
    body[place] ^= 1;
    await route.fulfill({ response, body });
  });
  await page.goto(at("network"));
  await page.getByText("The node did not prove who belongs to the consortium now.").waitFor({ timeout: PATIENCE });
  await context.close();
});

test("the page asked nobody but its node, and complained about nothing but refusals", async () => {
  assert.deepEqual(desk.strangers, []);
  // A refusal of the node is an HTTP answer with an error status only where gRPC-web makes it one.
  assert.deepEqual(desk.complaints.filter((c) => !/Failed to load resource/.test(c)), []);
});
