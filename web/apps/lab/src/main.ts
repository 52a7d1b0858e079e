import { mount } from "svelte";
import App from "./App.svelte";
import { learn } from "./languages.ts";
import { openingLanguage } from "./preferences.svelte.ts";
import { openLink } from "./shared.ts";
import "@vitrail/views/styles/tokens.css";
import "@vitrail/views/styles/base.css";
import "./styles/fonts.css";
import "./styles/page.css";
import "./styles/forms.css";

const target = document.getElementById("lab");
if (target === null) throw new Error("index.html has no place for the lab");

/** Follows a link with an experiment, and tells whether the page is on its way elsewhere. */
async function follow(): Promise<boolean> {
  if (!location.hash.startsWith("#experiment=")) return false;
  const address = await openLink(location.href, location.href);
  if (typeof address !== "string") return false;
  location.replace(address);
  return true;
}

const texts = learn(openingLanguage());
if (!(await follow())) {
  await texts;
  mount(App, { target });
}
