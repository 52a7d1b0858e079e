import { CommLink, type TensorRequest } from "@vitrail/core";
import Explorer from "./Explorer.svelte";
import { ExplorerState } from "./explorer.svelte.ts";
import { renderer } from "./render.ts";

export default renderer(
  Explorer,
  (model, theme) => new ExplorerState((listener) => new CommLink<TensorRequest>(model, listener), theme),
);
