import { CommLink, type ChainMessage, type ChainRequest } from "@vitrail/core";
import Chain from "./Chain.svelte";
import { ChainState } from "./chain.svelte.ts";
import { renderer } from "./render.ts";

export default renderer(
  Chain,
  (model, theme) => new ChainState((listener) => new CommLink<ChainRequest, ChainMessage>(model, listener), theme),
);
