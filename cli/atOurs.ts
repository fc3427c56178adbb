import type { Acting } from "../lib/api/verb.ts";
import type { Context } from "../lib/context.ts";
import { atCommandLine } from "./commandActor.ts";
import { openRuntime } from "./runtime.ts";

export type Acted = Context & Acting;

/** Opens the database for a command that changes who may enter, and closes it again. */
export async function atOurs(work: (ctx: Acted) => Promise<void>): Promise<void> {
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "warn" } });
  try {
    await work(atCommandLine(runtime.ctx));
  } finally {
    await runtime.close();
  }
}
