export { Exploring } from "./exploring.svelte.ts";
export { default as TensorView } from "./View.svelte";
