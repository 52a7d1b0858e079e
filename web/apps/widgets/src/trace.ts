import { CommLink, type TraceRequest } from "@vitrail/core";
import { renderer } from "./render.ts";
import { TraceState } from "./trace.svelte.ts";
import Trace from "./Trace.svelte";

export default renderer(
  Trace,
  (model, theme) => new TraceState((listener) => new CommLink<TraceRequest>(model, listener), theme),
);
