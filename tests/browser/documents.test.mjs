// Documents that a receipt was put into, dropped onto the pages: what is found is told with what it was found by, and what
// was not looked at is told too. And a large package, which must not keep the page from living.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, shot, violations } from "./browser.mjs";
import { run, startNetwork } from "./network.mjs";
import { pdf, rewritten } from "./pdf.mjs";

const PATIENCE = 60_000;

let network, browser, desk;
const path = (name) => join(network.folder, name);
const at = (hash) => `${network.url}/#/${hash}`;

/** Puts a document on the ledger and its receipt into it; its event's number. */
function bound(name, words) {
  writeFileSync(path(name), pdf(words));
  const receipt = path(`${name}.r`);
  const { code, out } = run("record", "--localnet", network.dir, "--matter", "lease", "--kind", "sent", "--content", path(name), "--receipt", receipt, "--json");
  assert.equal(code, 0, out);
  const done = run("bind", path(name), "--receipt", receipt, "--out", path(`bound-${name}`), "--json");
  assert.equal(done.code, 0, done.out);
  return JSON.parse(done.out).event;
}

before(async () => {
  network = await startNetwork();
  browser = await openBrowser();
  desk = await openPage(browser, network.url);
});

after(async () => {
  await browser?.close();
  await network?.stop();
});

test("attached receipts are found among many documents, verified here, and told for what they are", async () => {
  const { page } = desk;
  const seq = bound("lease.pdf", "Lease of a bicycle");
  const file = readFileSync(path("bound-lease.pdf"), "latin1");
  const size = pdf("Lease of a bicycle").length;
  writeFileSync(path("forged.pdf"), rewritten(file, "Lease of ten bicycles"), "latin1");
  writeFileSync(path("other.pdf"), file.replace("of a bicycle", "of a carriage"), "latin1");
  // One byte of the certificate's last signature, which stands at the receipt's end.
  const end = file.indexOf("\nendstream\nendobj\n", file.indexOf("%chirograph-receipt"));
  writeFileSync(path("bent.pdf"), `${file.slice(0, end - 4)}${String.fromCharCode(file.charCodeAt(end - 4) ^ 1)}${file.slice(end - 3)}`, "latin1");
  await page.goto(at("search"));
  const batch = page.locator("section[aria-labelledby=batch-title]");
  const row = (name) => batch.locator("tr").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
  const sent = [];
  page.on("request", (r) => sent.push(r.postDataBuffer()?.length ?? 0));
  const names = ["lease.pdf", "bound-lease.pdf", "forged.pdf", "other.pdf", "bent.pdf"];
  await batch.locator("input[type=file]").first().setInputFiles(names.map(path));
  await batch.getByText("Events name 4 of 5 documents.").waitFor({ timeout: PATIENCE });
  assert.match(await row("lease.pdf").innerText(), new RegExp(`${seq}\\s+names this file`));
  for (const name of ["bound-lease.pdf", "forged.pdf"]) {
    const said = await row(name).innerText();
    assert.match(said, new RegExp(`${seq}\\s+names the first ${size} bytes of this file, by the receipt attached to it, which was verified here`));
    const after = name === "forged.pdf" ? /the file was changed after it/ : /bytes were added after them; whether they change what is seen is not examined here/;
    assert.match(said, after);
  }
  assert.match(await row("other.pdf").innerText(), /it names another document/);
  assert.match(await row("bent.pdf").innerText(), /does not hold: CERTIFICATE/);
  assert.match(await row("bent.pdf").innerText(), new RegExp(`${seq}\\s+names the first ${size} bytes of this file \\(the node's look-up\\).`));
  assert.ok(Math.max(...sent) < 200, `nothing but digests is sent, but ${Math.max(...sent)} bytes were`);
  assert.deepEqual(await violations(page), []);
  await shot(page, "batch-bound");
  const [download] = await Promise.all([page.waitForEvent("download"), row("forged.pdf").getByRole("button", { name: "Save as it was signed" }).click()]);
  await download.saveAs(path("saved.pdf"));
  assert.equal(readFileSync(path("saved.pdf"), "latin1"), pdf("Lease of a bicycle"));
  const [table] = await Promise.all([page.waitForEvent("download"), batch.getByRole("button", { name: /^Save as a table/ }).click()]);
  await table.saveAs(path("table.csv"));
  assert.match(readFileSync(path("table.csv"), "utf8"), new RegExp(`bound-lease\\.pdf,[0-9a-f ]+,${seq},${seq} receipt first ${size} bytes,`));
});

test("a document with its receipt in it is verified by itself", async () => {
  const { page } = desk;
  await page.goto(at("verify"));
  await page.locator("main input[type=file]").first().setInputFiles(path("bound-lease.pdf"));
  await page.getByText("bytes of bound-lease.pdf are the document that the event names").waitFor({ timeout: PATIENCE });
  assert.doesNotMatch(await page.locator(".check-list").innerText(), /does not hold/);
  assert.deepEqual(await violations(page), []);
  await shot(page, "verify-bound");
  await page.locator("main input[type=file]").first().setInputFiles(path("other.pdf"));
  await page.getByText("other.pdf is not the document that the event names").waitFor({ timeout: PATIENCE });
});

test("a large file does not keep the page from living, and its examination can be stopped", async () => {
  const { page, context } = await openPage(browser, at("verify"));
  const zip = Buffer.alloc(48 << 20);
  zip.set(Buffer.from("PK\x03\x04", "latin1"));
  const name = "E-00000000-1/data/x";
  zip.write(name, 30);
  // One entry, stored, as long as it can be; its checksum is wrong, which takes a whole reading to see.
  const end = zip.length - 22;
  const central = end - 46 - name.length;
  zip.write("PK\x01\x02", central, "latin1");
  zip.writeUInt32LE(central - 30 - name.length, central + 24);
  zip.writeUInt16LE(name.length, central + 28);
  zip.write(name, central + 46);
  zip.write("PK\x05\x06", end, "latin1");
  zip.writeUInt16LE(1, end + 10);
  zip.writeUInt32LE(central, end + 16);
  writeFileSync(path("large.zip"), zip);
  const drop = page.locator("main input[type=file]").first();
  await drop.setInputFiles(path("large.zip"));
  await page.locator(".running", { hasText: / of \d+ · / }).waitFor({ timeout: PATIENCE });
  assert.equal(page.workers().length, 1, "it is done beside the page");
  await shot(page, "verify-running");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped. Nothing is known about this file.").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Something does not hold.").waitFor({ timeout: PATIENCE });
  await context.close();
});

test("a browser without workers verifies in the page", async () => {
  const { page, context } = await openPage(browser, at("verify"));
  await page.evaluate(() => {
    window.Worker = class {
      constructor() {
        throw new Error("none");
      }
    };
  });
  await page.locator("main input[type=file]").first().setInputFiles(path("bound-lease.pdf"));
  await page.locator(".check-list li").first().waitFor({ timeout: PATIENCE });
  await context.close();
});

test("the page asked nobody but its node, and complained about nothing", async () => {
  assert.deepEqual(desk.strangers, []);
  assert.deepEqual(desk.complaints, []);
});
