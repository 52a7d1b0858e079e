import type { Theme } from "@vitrail/core";

const DARK = "(prefers-color-scheme: dark)";

/** The theme of the page around the widget: as a notebook says it, otherwise as the system does. */
export function themeOf(page: Document): Theme {
  const { jpThemeLight, vscodeThemeKind } = page.body.dataset;
  if (jpThemeLight !== undefined) return jpThemeLight === "false" ? "dark" : "light";
  if (vscodeThemeKind !== undefined) return vscodeThemeKind.includes("dark") ? "dark" : "light";
  return matchMedia(DARK).matches ? "dark" : "light";
}

/** Follows the page's theme until the returned function is called. */
export function watchTheme(page: Document, show: (theme: Theme) => void): () => void {
  const look = () => {
    show(themeOf(page));
  };
  const observer = new MutationObserver(look);
  observer.observe(page.body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  const system = matchMedia(DARK);
  system.addEventListener("change", look);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", look);
  };
}
