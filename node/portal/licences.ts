// A plugin of the build: collects the licences of the packages that went into the page into licences.txt, which the page
// carries along as those licences ask. It refuses a package that has none.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

export function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === "chunk" ? Object.keys(chunk.modules) : []));
      const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(@[^/]+\/[^/]+|[^@/][^/]*)/.exec(id.replace(/\0/g, ""))?.[0] ?? []));
      const source = [...folders].sort().map(licence).join("\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

function licence(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = existsSync(folder) && readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  if (!license) throw new Error(`${name} names no licence`);
  const text = file ? readFileSync(join(folder, file), "utf8") : "";
  return `${name} ${version}\n${license}\n\n${text}\n${"-".repeat(80)}\n`;
}
