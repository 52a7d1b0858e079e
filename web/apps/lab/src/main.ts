import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

const target = document.getElementById("lab");
if (target === null) throw new Error("index.html has no place for the lab");
mount(App, { target });
