import { listDisabled, sayDisabled } from "../../lib/accounts/disabled.ts";
import { readStuck, sayStuck } from "../../lib/admin/batches/stuckBatches.ts";
import { countBatches } from "../../lib/admin/overview/countBatches.ts";
import { summary } from "../../lib/admin/overview/summary.ts";
import { readStopped, sayStopped } from "../../lib/admin/spending/setStopped.ts";
import { DatabaseCopiedError, openInstallation } from "../../lib/installation/installation.ts";
import { listLearnedSizes, sayFileSize } from "../../lib/throttle/fileSize.ts";
import { readModelStops } from "../../lib/throttle/modelStop.ts";
import { listStops } from "../../lib/throttle/providerStop.ts";
import { sayNextTrial } from "../../lib/throttle/trial.ts";
import { printJson } from "../printed.ts";
import { openRuntime } from "../runtime.ts";

/** Prints show how many requests and batches have each status, why new batches are stopped if they are, and what is stuck. */
export async function status(options: { json?: boolean }): Promise<void> {
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "warn" }, connections: 1 });
  try {
    const { ctx } = runtime;
    const [requests, batches, providerStops, disabled, modelStops, spendingStop, stuck, fileSizes, { copied }] =
      await Promise.all([
        summary(ctx),
        countBatches(ctx.db),
        listStops(ctx),
        listDisabled(ctx.db),
        readModelStops(ctx),
        readStopped(ctx.db),
        readStuck(ctx),
        listLearnedSizes(ctx),
        openInstallation(ctx),
      ]);
    if (options.json) {
      const stops = {
        providerStop: providerStops[0] ?? null,
        providerStops,
        disabledAccounts: disabled,
        modelStops,
        spendingStop,
      };
      const sizes = { fileSize: fileSizes[0] ?? null, fileSizes };
      return printJson({ requests, batches, ...stops, stuck, ...sizes, databaseCopied: copied });
    }
    process.stdout.write(`${table("Requests", requests)}\n${table("Batches", batches)}`);
    for (const stop of providerStops)
      process.stdout.write(
        `\nNew batches to ${stop.provider} have been on hold since ${stop.stoppedAt.toISOString()}: ${stop.message} ${sayNextTrial(stop)}\n`,
      );
    for (const account of disabled) process.stdout.write(`\n${sayDisabled(account)}\n`);
    if (copied) process.stdout.write(`\n${new DatabaseCopiedError(copied).message}\n`);
    for (const stop of modelStops)
      process.stdout.write(
        `\nNew batches for ${stop.model} have been on hold since ${stop.stoppedAt.toISOString()}: ${stop.message} ${sayNextTrial(stop)}\n`,
      );
    for (const learned of fileSizes) process.stdout.write(`\n${sayFileSize(learned)}\n`);
    if (spendingStop) process.stdout.write(`\n${sayStopped(spendingStop)}\n`);
    if (stuck.count > 0) {
      const more = stuck.count > stuck.oldest.length ? "  ...\n" : "";
      const lines = stuck.oldest.map((batch) => `  ${sayStuck(batch)}\n`).join("");
      process.stdout.write(`\nStuck batches that need your attention: ${stuck.count}\n${lines}${more}`);
    }
  } finally {
    await runtime.close();
  }
}

function table(title: string, counts: Record<string, number>): string {
  const rows = Object.entries(counts).map(([name, count]) => {
    const label = name.toLowerCase().replaceAll("_", " ");
    return `  ${label.padEnd(22)} ${new Intl.NumberFormat("en").format(count).padStart(12)}\n`;
  });
  return `${title}\n${rows.join("")}`;
}
