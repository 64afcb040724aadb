// Bundles every test of test/ and runs them with Node's own runner. Bundled, because the sources are TypeScript and Node 18
// reads JavaScript.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv.slice(2);
const tests = readdirSync(root + "test").filter((name) => name.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((word) => name.startsWith(word))));
// Below node_modules, so that what stays outside the bundle (the browser driver) is found from there.
const out = mkdtempSync(root + "node_modules/.test-");
try {
  await build({
    entryPoints: tests.map((name) => root + "test/" + name), outdir: out, bundle: true, platform: "node", format: "esm", target: "node18",
    outExtension: { ".js": ".mjs" }, external: ["playwright-core"], sourcemap: "inline", logLevel: "error",
    mainFields: ["module", "main"],
  });
  const files = tests.map((name) => `${out}/${name.replace(/\.ts$/, ".mjs")}`);
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit", cwd: root });
  process.exitCode = status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
