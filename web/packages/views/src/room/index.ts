export { default as RoomView } from "./View.svelte";
