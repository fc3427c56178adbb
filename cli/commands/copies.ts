import { costOfLines } from "../../lib/batch/price.ts";
import type { Context } from "../../lib/context.ts";
import { type Adoption, adoptCopy as adopt, planAdoption } from "../../lib/installation/adopt/adoptCopy.ts";
import { type Detachment, detachCopy as detach, planDetachment } from "../../lib/installation/detachCopy.ts";
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
    say(yes ? "This database is the one now. Its workers go on by themselves." : NOT_DONE);
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
    say(yes ? "This database is an installation of its own now. Its workers go on by themselves." : NOT_DONE);
  } finally {
    await runtime.close();
  }
}

const NOT_DONE = "Nothing was done. Run it again with --yes to do it.";

async function describeNow(ctx: Context): Promise<string> {
  const { copied } = await openInstallation(ctx);
  return copied ? describeCopied(copied) : "Nothing shows that this database is a copy, or was set back.";
}

async function describeAdoption(ctx: Context, adoption: Adoption): Promise<string[]> {
  const { installation, generation, known, gone, found, forgotten, lost, left, unusedFiles } = adoption;
  const again = await inEuros(ctx, gone.requests + lost.requests);
  return [
    `Installation ${installation}, from now on its generation ${generation}. Any other database that works under this id stops as soon as it sees that.`,
    `  ${known.batches} batches with ${known.requests} requests are in flight and known: they go on.`,
    `  ${found.batches} batches with ${found.requests} requests are known, but not that they were sent: they are adopted as the provider has them.`,
    `  ${forgotten.batches} batches with ${forgotten.requests} requests are unknown here: they are adopted, and not bought again.`,
    `  ${gone.batches + lost.batches} batches have ended, and their results were deleted: up to ${gone.requests + lost.requests} requests are bought again${again}.`,
    `  ${left.batches} batches have nothing that is still needed here: they are left as they are.`,
    `  ${unusedFiles} uploaded files, of which a batch might yet be made, are deleted.`,
  ];
}

async function describeDetachment(ctx: Context, detachment: Detachment): Promise<string[]> {
  const { from, batches, requests, pending } = detachment;
  return [
    `It is a copy of installation ${from}, and gets an id of its own. Nothing that bears the old one is touched at the provider.`,
    `  ${batches} batches in flight are forgotten: their ${requests} requests wait again, and are bought here too${await inEuros(ctx, requests)}.`,
    `  ${pending} requests wait already, and are bought as well${await inEuros(ctx, pending)}.`,
    "  To look at the data without buying anything, set BATCH_CREATION_ENABLED=false before it runs.",
  ];
}

async function inEuros(ctx: Context, lines: number): Promise<string> {
  if (lines === 0) return "";
  const cost = await costOfLines(ctx.db, lines);
  return cost === null ? ", for a price that is not known yet" : `, for about ${cost.toFixed(2)} EUR`;
}

function say(...lines: string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
