import { mount } from "svelte";
import App from "./App.svelte";
import "@vitrail/views/styles/tokens.css";
import "@vitrail/views/styles/base.css";
import "./styles/fonts.css";
import "./styles/page.css";

const target = document.getElementById("lab");
if (target === null) throw new Error("index.html has no place for the lab");
mount(App, { target });
