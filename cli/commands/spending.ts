import { z } from "zod";
import { resumeAllSpending, sayStopped, stopAllSpending } from "../../lib/admin/spending/setStopped.ts";
import { reason } from "../../lib/api/fields.ts";
import { parseInput } from "../../lib/api/verb.ts";
import { atCommandLine } from "../commandActor.ts";
import { openRuntime } from "../runtime.ts";

/** Stops all spending, or lets it go on, and says how it stands. */
export async function setSpending(wanted: "stop" | "resume", options: { reason: string }): Promise<void> {
  const { reason: why } = parseInput(z.strictObject({ reason }), { reason: options.reason });
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "error" } });
  try {
    const ctx = atCommandLine(runtime.ctx);
    process.stdout.write(`${wanted === "stop" ? await stop(ctx, why) : await resume(ctx, why)}\n`);
  } finally {
    await runtime.close();
  }
}

type Command = ReturnType<typeof atCommandLine>;

async function stop(ctx: Command, reason: string): Promise<string> {
  const { changed, settled, stopped } = await stopAllSpending(ctx, reason);
  const lines = [changed ? "" : "Spending was already stopped.", stopped ? sayStopped(stopped) : ""];
  if (!settled) lines.push("A batch was being created at that moment. It may still have gone through.");
  return lines.filter(Boolean).join("\n");
}

async function resume(ctx: Command, reason: string): Promise<string> {
  const { changed } = await resumeAllSpending(ctx, reason);
  return changed
    ? "Spending has resumed. Waiting requests will be sent in the next rounds."
    : "Spending was not stopped.";
}
