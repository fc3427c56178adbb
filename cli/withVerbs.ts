import type { CallContext } from "../lib/api/verb.ts";
import { noProvider } from "../lib/provider/noProvider.ts";
import { atCommandLine } from "./commandActor.ts";
import { openRuntime } from "./runtime.ts";
import { stopSignal } from "./stopSignal.ts";

/** Opens the database for verbs that need no provider, and gives them the rights of the command line. */
export async function withVerbs(work: (ctx: CallContext) => Promise<void>): Promise<void> {
  const runtime = await openRuntime({ stopping: stopSignal(), defaults: { LOG_LEVEL: "error" } });
  try {
    await work(atCommandLine({ ...runtime.ctx, provider: noProvider }));
  } finally {
    await runtime.close();
  }
}
