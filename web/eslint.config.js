import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["**/node_modules", "**/dist"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs["flat/recommended"],
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ["**/*.svelte", "**/*.svelte.ts"], languageOptions: { parserOptions: { parser: ts.parser } } },
  { rules: { "svelte/prefer-svelte-reactivity": "off" } }, // what is shown is replaced whole, never changed in place
  { rules: { "no-undef": "off", "no-irregular-whitespace": "off" } }, // the compiler knows names; French needs its spaces
);
