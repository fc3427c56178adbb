import { counted } from "../../app/_words/numbers.ts";
import { type Adoption, adoptCopy as adopt, planAdoption } from "../../lib/admin/copies/adoptCopy.ts";
import { type Detachment, detachCopy as detach, planDetachment } from "../../lib/admin/copies/detachCopy.ts";
import type { Context } from "../../lib/context.ts";
import { costOfLines } from "../../lib/costs/price.ts";
import { openInstallation } from "../../lib/installation/installation.ts";
import { describeCopied } from "../../lib/installation/signs.ts";
import { atCommandLine } from "../commandActor.ts";
import { openPipelineRuntime, openRuntime } from "../runtime.ts";
import { stopSignal } from "../stopSignal.ts";

export interface Decision {
  yes?: boolean;
}

/** Says what it would mean that this database is the one from now on; with `yes` it becomes it. */
export async function adoptCopy({ yes }: Decision): Promise<void> {
  const runtime = await openPipelineRuntime({ stopping: stopSignal(), defaults: { LOG_LEVEL: "error" } });
  try {
    const { ctx } = runtime;
    say(await describeNow(ctx));
    const adoption = yes ? await adopt(atCommandLine(ctx)) : await planAdoption(ctx);
    say(...(await describeAdoption(ctx, adoption)));
    say(yes ? "This database is now the one in use. Its workers will continue on their own." : NOT_DONE);
  } finally {
    await runtime.close();
  }
}

/** Says what it would mean that this database stands beside the one it is a copy of; with `yes` it does. */
export async function detachCopy({ yes }: Decision): Promise<void> {
  const runtime = await openRuntime({ stopping: stopSignal(), defaults: { LOG_LEVEL: "error" } });
  try {
    const { ctx } = runtime;
    say(await describeNow(ctx));
    const detachment = yes ? await detach(atCommandLine(ctx)) : await planDetachment(ctx);
    say(...(await describeDetachment(ctx, detachment)));
    say(yes ? "This database is now its own installation. Its workers will continue on their own." : NOT_DONE);
  } finally {
    await runtime.close();
  }
}

const NOT_DONE = "Nothing has been done. Run the command again with --yes to go ahead.";

async function describeNow(ctx: Context): Promise<string> {
  const { copied } = await openInstallation(ctx);
  return copied ? describeCopied(copied) : "There is no sign that this database is a copy or has been rolled back.";
}

async function describeAdoption(ctx: Context, adoption: Adoption): Promise<string[]> {
  const { installation, generation, known, gone, found, forgotten, lost, left, unusedFiles } = adoption;
  const again = await inEuros(ctx, gone.requests + lost.requests);
  return [
    `This is installation ${installation}, now at generation ${generation}. Any other database using this id stops as soon as it notices.`,
    `  ${held(known)} in flight and known here: nothing changes.`,
    `  ${held(found)} at the provider, although this database does not know they were sent: adopted.`,
    `  ${held(forgotten)} at the provider but unknown to this database: adopted, and not paid for again.`,
    `  ${counted(gone.batches + lost.batches, "batch", "batches")} ended with results already deleted: up to ${counted(gone.requests + lost.requests, "request")} will be paid for again${again}.`,
    `  ${counted(left.batches, "batch", "batches")} with nothing that is still needed: left alone.`,
    `  ${counted(unusedFiles, "uploaded file")} that could still become a batch: deleted.`,
  ];
}

async function describeDetachment(ctx: Context, detachment: Detachment): Promise<string[]> {
  const { from, batches, requests, pending } = detachment;
  return [
    `This is a copy of installation ${from} and gets an id of its own. Nothing at the provider under the old id is touched.`,
    `  ${counted(batches, "batch", "batches")} in flight will be dropped here: ${counted(requests, "request")} become pending again and will be paid for here too${await inEuros(ctx, requests)}.`,
    `  ${counted(pending, "pending request")} will be paid for as well${await inEuros(ctx, pending)}.`,
    "  To look at the data without paying for anything, set BATCH_CREATION_ENABLED=false before you start it.",
  ];
}

function held({ batches, requests }: { batches: number; requests: number }): string {
  return `${counted(batches, "batch", "batches")} with ${counted(requests, "request")}`;
}

async function inEuros(ctx: Context, lines: number): Promise<string> {
  if (lines === 0) return "";
  const cost = await costOfLines(ctx.db, lines);
  return cost === null ? ", at a cost not known yet" : `, costing about EUR ${cost.toFixed(2)}`;
}

function say(...lines: string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
