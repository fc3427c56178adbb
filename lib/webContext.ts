import type { PipelineContext } from "./context.ts";
import { LiveDashError } from "./errors.ts";
import type { Authentication } from "./platform-auth.ts";

/** What pages and routes are given by the server that runs them. */
export interface WebContext {
  ctx: PipelineContext;
  auth: Authentication;
  /** Whether the emulator answers in place of a real provider. */
  emulated: boolean;
}

declare global {
  var livedashWebContext: WebContext | undefined;
}

/** Called once by the server. In development, and in tests, its pages have a lib/ of their own, and share nothing else with it. */
export function setWebContext(context: WebContext): void {
  globalThis.livedashWebContext = context;
}

/** @throws LiveDashError `not_served` when the pages run under another server than LiveDash's own */
export function getWebContext(): WebContext {
  const context = globalThis.livedashWebContext;
  if (!context) throw new LiveDashError("not_served", "Start the console with `npm start` or `node server.ts`.");
  return context;
}
