import { resumeAllSpending, sayStopped, stopAllSpending } from "../../lib/admin/spending/setStopped.ts";
import { reasonOf } from "../given.ts";
import { print } from "../printed.ts";
import { type Acted, withRuntime } from "../withRuntime.ts";

/** Stops all spending, or lets it go on, and says how it stands. */
export async function setSpending(wanted: "stop" | "resume", options: { reason: string }): Promise<void> {
  const reason = reasonOf(options.reason);
  await withRuntime({}, async (ctx) => {
    print(`${wanted === "stop" ? await stop(ctx, reason) : await resume(ctx, reason)}\n`);
  });
}

async function stop(ctx: Acted, reason: string): Promise<string> {
  const { changed, settled, stopped } = await stopAllSpending(ctx, reason);
  const lines = [changed ? "" : "Spending was already stopped.", stopped ? sayStopped(stopped) : ""];
  if (!settled) lines.push("A batch was being created at that moment. It may still have gone through.");
  return lines.filter(Boolean).join("\n");
}

async function resume(ctx: Acted, reason: string): Promise<string> {
  const { changed } = await resumeAllSpending(ctx, reason);
  return changed
    ? "Spending has resumed. Waiting requests will be sent in the next rounds."
    : "Spending was not stopped.";
}
