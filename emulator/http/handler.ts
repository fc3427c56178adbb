import type { EmulatorContext } from "../context.ts";
import type { Call } from "./call.ts";
import type { Reply } from "./reply.ts";

/** Answers one call; `id` is what stands for `:id` in the route's path. */
export type Handler = (emulator: EmulatorContext, call: Call, id: string) => Reply | Promise<Reply>;

/** A route: its path holds at most one `:id`. */
export type Route = readonly [method: string, path: string, handler: Handler];
