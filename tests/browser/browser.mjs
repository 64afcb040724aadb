// A headless Chromium on the portal, watched: whatever it asks of another origin, and whatever the page complains about,
// is kept for the test to look at.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { AxeBuilder } from "./axe.mjs";
import { chromium } from "playwright-core";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
}

const KINDS = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8" };

/** A page in a fresh profile. `strangers` and `complaints` fill while it lives. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: "en-GB", acceptDownloads: true, ...options });
  // While working on the page: the files of this folder instead of those that the program carries.
  const folder = process.env.CHIROGRAPH_PAGE;
  if (folder) {
    await context.route(/\/(assets\/.*|icon\.svg|licences\.txt)?$/, async (route) => {
      const { pathname } = new URL(route.request().url());
      const path = join(folder, pathname === "/" ? "index.html" : pathname);
      if (!existsSync(path)) return route.continue();
      // The program's own rules about what the page may do hold for these files too.
      const rules = Object.entries((await route.fetch({ url: new URL("/", url).href })).headers()).filter(([name]) => /policy|^x-/.test(name));
      const body = readFileSync(path);
      return route.fulfill({ body, contentType: KINDS[extname(path)], headers: Object.fromEntries(rules) });
    });
  }
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const [strangers, complaints] = [[], []];
  page.on("request", (r) => {
    const { protocol, origin } = new URL(r.url());
    if (protocol !== "data:" && protocol !== "blob:" && origin !== new URL(url).origin) strangers.push(r.url());
  });
  page.on("pageerror", (e) => complaints.push(String(e)));
  page.on("console", (m) => {
    if (m.type() === "error") complaints.push(m.text());
  });
  await page.goto(url);
  return { page, context, strangers, complaints };
}

/** Violations that would keep somebody from using the page. */
export async function violations(page) {
  const { violations } = await AxeBuilder(page);
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

/** Keeps a picture where CHIROGRAPH_SHOTS names a folder. */
export async function shot(page, name) {
  const folder = process.env.CHIROGRAPH_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
