import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: { alias: { "@catalogue": fileURLToPath(new URL("../src/vitrail/locale", import.meta.url)) } },
  test: {
    environment: "happy-dom",
    setupFiles: [fileURLToPath(new URL("packages/core/src/languages.ts", import.meta.url))],
    include: ["packages/*/{src,test}/**/*.test.ts", "apps/*/{src,test}/**/*.test.ts"],
  },
});
