// One page, no framework plugin: esbuild reads the JSX settings of tsconfig.json. The build names files by content, so
// that a browser may keep them for ever. `npm run dev` passes calls on to a node: CHIROGRAPH_API=http://127.0.0.1:7401.

import { defineConfig } from "vite";

const api = process.env["CHIROGRAPH_API"] ?? "http://127.0.0.1:7401";
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: {
    host: "127.0.0.1",
    headers: isolated,
    fs: { allow: ["..", "../../proto"] },
    proxy: { "/chirograph.v1": api, "/genesis.bin": api },
  },
  preview: { host: "127.0.0.1", headers: isolated, proxy: { "/chirograph.v1": api, "/genesis.bin": api } },
  test: { include: ["tests/**/*.test.ts"] },
} as import("vite").UserConfig);
