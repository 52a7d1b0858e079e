import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const WIDGETS = ["trace", "explorer", "chain"];

/** One module for each widget, whole in itself: a notebook gets its text and nothing beside it. The mode names it. */
export default defineConfig(({ mode }) => {
  const widget = WIDGETS.find((one) => one === mode) ?? "trace";
  return {
    root: at("."),
    plugins: [svelte({ compilerOptions: { css: "injected" } })],
    resolve: { alias: { "@catalogue": at("../../../src/vitrail/locale") } },
    build: {
      outDir: at("../../../src/vitrail/widgets/static"),
      emptyOutDir: widget === "trace",
      lib: { entry: { [widget]: at(`src/${widget}.ts`) }, formats: ["es"], fileName: "[name]" },
      chunkSizeWarningLimit: 800,
    },
  };
});
