// Runs axe-core in a page. The page's policy forbids foreign scripts, so axe comes in by the debugger, not by the page.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function AxeBuilder(page) {
  await page.evaluate(SOURCE);
  return page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
}
