import { giveUpFor, requirePlan } from "../../lib/admin/batches/giveUpBatch.ts";
import type { GiveUpPlan } from "../../lib/admin/batches/giveUpPlan.ts";
import { readBatchRow } from "../../lib/admin/batches/readBatchRow.ts";
import { reason } from "../../lib/api/fields.ts";
import { parseInput } from "../../lib/api/verb.ts";
import { atCommandLine } from "../commandActor.ts";
import { openPipelineRuntime } from "../runtime.ts";

export interface GiveUpOptions {
  reason: string;
  now?: boolean;
  dryRun?: boolean;
}

/** Gives a batch up, and says what that comes to. A provider that does not answer does not keep anybody from it. */
export async function giveUp(id: string, options: GiveUpOptions): Promise<void> {
  const why = parseInput(reason, options.reason);
  const requeueNow = options.now ?? false;
  const runtime = await openPipelineRuntime({ defaults: { LOG_LEVEL: "fatal" } });
  try {
    const ctx = atCommandLine(runtime.ctx);
    if (options.dryRun) {
      process.stdout.write(`${describe(await requirePlan(ctx, id)).join("\n")}\nNothing was changed.\n`);
      return;
    }
    const { changed, plan } = await giveUpFor(ctx, id, { reason: why, requeueNow });
    const { status, givenUp, requeued } = await readBatchRow(ctx, id);
    const isOver = status === "cancelled" || status === "processed" || status === "failed";
    const end = isOver
      ? `It is over: ${status}, ${requeued} went back.`
      : `It waits until ${givenUp?.requeueAt.toISOString() ?? "the next round"}, or until the provider ends it.`;
    const lines = [changed ? "Given up." : "It was given up before.", ...describe(plan), end];
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    await runtime.close();
  }
}

function describe({ waiting, requeueAt, boughtTwice }: GiveUpPlan): string[] {
  const cost = boughtTwice.costEur === null ? "at an unknown price" : `for about EUR ${boughtTwice.costEur}`;
  return [
    `${waiting} requests wait for a result. Without --now, what has no answer goes back at ${requeueAt.toISOString()}.`,
    `What goes back before the provider has ended the batch may be bought twice: at most ${boughtTwice.lines} lines, ${cost}.`,
  ];
}
