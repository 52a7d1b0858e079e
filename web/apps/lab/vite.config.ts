import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  base: "./",
  plugins: [svelte()],
  resolve: { alias: { "@catalogue": at("../../../src/vitrail/locale") } },
  build: {
    outDir: at("../../../src/vitrail/lab/static"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the lab's content policy allows files, no data addresses
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
});
