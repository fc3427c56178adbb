import { oneAccount } from "../lib/accounts/openAccounts.ts";
import type { Acting, CallContext } from "../lib/api/operation.ts";
import type { Context } from "../lib/context.ts";
import { noProvider } from "../lib/providers/noProvider.ts";
import { atCommandLine } from "./commandActor.ts";
import { openPipelineRuntime, openRuntime, type RuntimeOptions } from "./runtime.ts";
import { stopSignal } from "./stopSignal.ts";

export type Acted = Context & Acting;

/** Opens the database for a command, gives it the rights of the command line, and closes it again. */
export async function withRuntime(options: RuntimeOptions, work: (ctx: Acted) => Promise<void>): Promise<void> {
  const runtime = await openRuntime({ ...options, defaults: { LOG_LEVEL: "error", ...options.defaults } });
  try {
    await work(atCommandLine(runtime.ctx));
  } finally {
    await runtime.close();
  }
}

/** For a command that changes who may enter. */
export function atOurs(work: (ctx: Acted) => Promise<void>): Promise<void> {
  return withRuntime({ defaults: { LOG_LEVEL: "warn" } }, work);
}

/** For operations that ask which provider there is, or what it can do. */
export async function withProvider(work: (ctx: CallContext) => Promise<void>): Promise<void> {
  const runtime = await openPipelineRuntime({ defaults: { LOG_LEVEL: "error" }, stopping: stopSignal() });
  try {
    await work(atCommandLine(runtime.ctx));
  } finally {
    await runtime.close();
  }
}

/** For operations that need no provider. */
export function withOperations(work: (ctx: CallContext) => Promise<void>): Promise<void> {
  return withRuntime({ stopping: stopSignal() }, (ctx) => work({ ...ctx, ...oneAccount(noProvider) }));
}
