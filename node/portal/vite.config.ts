// One page, no framework plugin: esbuild reads the JSX settings of tsconfig.json. The build names files by content, so
// that a browser may keep them for ever. `npm run dev` passes calls on to a node: CHIROGRAPH_API=http://127.0.0.1:7401.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { licences } from "./licences";

const api = process.env["CHIROGRAPH_API"] ?? "http://127.0.0.1:7401";
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  plugins: [licences()],
  // The verifier's sources bring packages of the same versions: one copy is enough.
  resolve: {
    dedupe: ["sm-crypto-v2", "@noble/hashes", "@noble/curves"],
    alias: [{ find: /^crypto$/, replacement: fileURLToPath(new URL("src/crypto/none.ts", import.meta.url)) }],
  },
  worker: { format: "es" },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: {
    host: "127.0.0.1",
    headers: isolated,
    fs: { allow: [".."] },
    proxy: { "/chirograph.v1": api, "/genesis.bin": api, "/model.md": api },
  },
  preview: { host: "127.0.0.1", headers: isolated, proxy: { "/chirograph.v1": api, "/genesis.bin": api, "/model.md": api } },
  test: { include: ["tests/**/*.test.ts"] },
} as import("vite").UserConfig);
