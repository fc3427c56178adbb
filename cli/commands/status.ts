import { countBatches } from "../../lib/admin/countBatches.ts";
import { summary } from "../../lib/admin/summary.ts";
import { openRuntime } from "../runtime.ts";

/** Prints how many requests and batches stand in each status. */
export async function status(options: { json?: boolean }): Promise<void> {
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "warn" } });
  try {
    const [requests, batches] = await Promise.all([summary(runtime.ctx), countBatches(runtime.ctx)]);
    if (options.json) process.stdout.write(`${JSON.stringify({ requests, batches }, null, 2)}\n`);
    else process.stdout.write(`${table("Requests", requests)}\n${table("Batches", batches)}`);
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
