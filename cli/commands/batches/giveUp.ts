import { counted } from "../../../app/_words/numbers.ts";
import { giveUpFor, requirePlan } from "../../../lib/admin/batches/giveUpBatch.ts";
import type { GiveUpPlan } from "../../../lib/admin/batches/giveUpPlan.ts";
import { readBatchRow } from "../../../lib/admin/batches/readBatchRow.ts";
import { isOver } from "../../../lib/batches/states.ts";
import { atCommandLine } from "../../commandActor.ts";
import { reasonOf } from "../../given.ts";
import { openPipelineRuntime } from "../../runtime.ts";

export interface GiveUpOptions {
  reason: string;
  now?: boolean;
  dryRun?: boolean;
}

/** Gives a batch up, and says what that comes to. A provider that does not answer does not keep anybody from it. */
export async function giveUp(id: string, options: GiveUpOptions): Promise<void> {
  const reason = reasonOf(options.reason);
  const requeueNow = options.now ?? false;
  const runtime = await openPipelineRuntime({ defaults: { LOG_LEVEL: "fatal" } });
  try {
    const ctx = atCommandLine(runtime.ctx);
    if (options.dryRun) {
      process.stdout.write(`${describe(await requirePlan(ctx, id)).join("\n")}\nNothing has changed.\n`);
      return;
    }
    const { changed, plan } = await giveUpFor(ctx, id, { reason, requeueNow });
    const { status, givenUp, requeued } = await readBatchRow(ctx, id);
    const end = isOver(status)
      ? `The batch has ended: ${status}, ${counted(requeued, "request")} requeued.`
      : `Requests without an answer are requeued at ${givenUp?.requeueAt.toISOString() ?? "the next round"}, or when the provider ends the batch.`;
    const lines = [changed ? "Given up." : "This batch was already given up.", ...describe(plan), end];
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    await runtime.close();
  }
}

function describe({ waiting, requeueAt, boughtTwice }: GiveUpPlan): string[] {
  const cost = boughtTwice.costEur === null ? "at an unknown cost" : `costing about EUR ${boughtTwice.costEur}`;
  return [
    `Waiting for a result: ${counted(waiting, "request")}. Without --now, those still unanswered at ${requeueAt.toISOString()} are requeued.`,
    `Requests requeued before the provider ends the batch may be paid for twice: up to ${counted(boughtTwice.lines, "line")}, ${cost}.`,
  ];
}
