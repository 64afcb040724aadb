// Builds dist/verify.html (one file, no network) and dist/cli.mjs from the sources: same sources, same bytes. The
// page's policy forbids everything but its own script and style, which it names by their hashes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (path) => root + path;

/** Bundles one entry point to text. */
async function bundle(entry, options) {
  const made = await build({
    entryPoints: [at(entry)], absWorkingDir: root, bundle: true, write: false, minify: true, charset: "utf8",
    legalComments: "none", external: ["crypto"], mainFields: ["module", "main"], ...options,
  });
  return made.outputFiles[0].text;
}

const PACKAGES = [
  ["@noble/ciphers", "LICENSE"], ["@noble/curves", "LICENSE"], ["@noble/hashes", "LICENSE"], ["sm-crypto-v2", "LICENCE_MIT"], ["smol-toml", "LICENSE"],
];

const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What the packages inside ask for: their licences travel with every copy. */
async function licences() {
  const texts = PACKAGES.map(async ([name, file]) => `${name}\n\n${(await readFile(at(`node_modules/${name}/${file}`), "utf8")).trim()}`);
  const text = `This file contains the following packages.\n\n${(await Promise.all(texts)).join("\n\n")}\n`;
  if (text.includes("--") || text.includes("*/")) throw new Error("a licence would end the comment that holds it");
  return text.replaceAll("\r", "");
}

/** The page with script and style laid into it. */
async function page() {
  const template = await readFile(at("src/page/page.html"), "utf8");
  const bundled = await bundle("src/page/entry.ts", { format: "iife", target: ["es2020"] });
  const script = bundled.trim().replaceAll("</script", "<\\/script");
  const style = (await bundle("src/page/style.css", { target: ["chrome100", "firefox100", "safari15"] })).trim();
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; worker-src blob:; base-uri 'none'; form-action 'none'`;
  return template.replace("%POLICY%", () => policy).replace("%STYLE%", () => style).replace("%SCRIPT%", () => script) + `<!--\n${await licences()}-->\n`;
}

await mkdir(at("dist"), { recursive: true });
await writeFile(at("dist/verify.html"), await page());
const cli = await bundle("src/cli.ts", { format: "esm", platform: "node", target: "node18" });
await writeFile(at("dist/cli.mjs"), `${cli}/*\n${await licences()}*/\n`);
