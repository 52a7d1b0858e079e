import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One module for each widget, whole in itself: a notebook gets its text and nothing beside it. */
export default defineConfig({
  root: at("."),
  plugins: [svelte({ compilerOptions: { css: "injected" } })],
  resolve: { alias: { "@catalogue": at("../../../src/vitrail/locale") } },
  build: {
    outDir: at("../../../src/vitrail/widgets/static"),
    emptyOutDir: true,
    lib: { entry: { trace: at("src/trace.ts") }, formats: ["es"], fileName: "[name]" },
    chunkSizeWarningLimit: 800,
  },
});
