// When things are not as they should be: a validator that does not run, then a node that does not answer. What the pages
// say must not be better than what is.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, shot, violations } from "./browser.mjs";
import { CHIROGRAPH, run } from "./network.mjs";

const PATIENCE = 90_000;
const folder = mkdtempSync(join(tmpdir(), "chirograph-trouble-"));
const dir = join(folder, "net");
const running = [];

let browser, url, other;

const start = (i) => running.push(spawn(CHIROGRAPH, ["start", "--home", join(dir, `node${i}`)], { stdio: "ignore" }));
const end = (child) => new Promise((done) => (child.exitCode === null ? (child.once("exit", done), child.kill("SIGTERM")) : done()));

before(async () => {
  assert.equal(run("localnet", "new", "--dir", dir, "--base-port", "0").code, 0);
  [url, other] = JSON.parse(readFileSync(join(dir, "localnet.json"), "utf8")).nodes.map((node) => node.api);
  for (const i of [0, 1, 2]) start(i);
  browser = await openBrowser();
  const since = Date.now();
  const answers = () => fetch(url).then((r) => r.ok, () => false);
  while (!(await answers()) && Date.now() - since < PATIENCE) await new Promise((wake) => setTimeout(wake, 300));
});

after(async () => {
  await browser?.close();
  await Promise.all(running.map(end));
  rmSync(folder, { recursive: true, force: true });
});

for (const [locale, silent, margin] of [["en-GB", "silent", "no further validator may fail"], ["zh-CN", "无响应", "不能再有验证节点失效"]]) {
  test(`a validator that does not run is seen, and how little may still fail: ${locale}`, async () => {
    const { page, context } = await openPage(browser, `${url}/#/network`, { locale, colorScheme: "dark", viewport: { width: 390, height: 844 } });
    await page.getByText(margin).waitFor({ timeout: PATIENCE });
    assert.equal(await page.locator("tbody tr", { hasText: silent }).count(), 1);
    assert.deepEqual(await violations(page), []);
    await shot(page, `network-silent-${locale}`);
    await context.close();
  });
}

test("a node that does not answer is not shown as healthy", async () => {
  const { page, context } = await openPage(browser, `${url}/#/network`);
  await page.getByText("no further validator may fail").waitFor({ timeout: PATIENCE });
  await end(running[0]);
  await page.getByText("The node does not answer. What it said last:").waitFor({ timeout: PATIENCE });
  // What was proven of the members stays proven; the node's health is no news.
  assert.equal(await page.locator(".box.good", { hasText: "may fail" }).count(), 0);
  assert.deepEqual(await violations(page), []);
  await shot(page, "network-unreachable");
  await page.goto(`${url}/#/search`).catch(() => {});
  await context.close();
});

test("the sign page tells all that is missing at once", async () => {
  const { page, context } = await openPage(browser, `${other}/#/sign`, { locale: "zh-CN" });
  await page.getByRole("button", { name: "签署并入账" }).click();
  const said = await page.locator(".fault[role=alert] p").allInnerTexts();
  assert.deepEqual(said, ["请先选择机构密钥。", "请填写事项。", "请填写签署人。", "请选择文件。", "请在书写区签名。"]);
  assert.deepEqual(await violations(page), []);
  await shot(page, "sign-missing");
  await context.close();
});
