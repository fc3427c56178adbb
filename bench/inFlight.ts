// How long results wait when many batches are in flight and end one after the other: rounds of polling at the usual interval, over a real
// database, with an emulator that takes its time for each call. Takes a quarter of an hour, in which little is done.
// Usage: npm run bench:in-flight -- [batches, default 1000] [ms a call, default 300]
import { readConfig } from "../lib/config.ts";
import { pollInFlight } from "./companies/pollInFlight.ts";

const batches = Number(process.argv[2] ?? 1_000);
const callMs = Number(process.argv[3] ?? 300);
/** They end evenly: 83 a minute of 1,000. Of those that users report, half have ended after 7 minutes, and nine of ten within an hour. */
const RUN_FOR = "2m-14m";

const intervalMs = readConfig({}).BATCH_POLLING_INTERVAL;
process.stdout.write(
  `${batches} batches that run for ${RUN_FOR}, ${callMs} ms a call, polled every ${intervalMs / 1_000} s\n`,
);
const rounds = await pollInFlight({ batches, callMs, runFor: RUN_FOR, intervalMs });
process.stdout.write("| in flight | collected | calls | s |\n| --- | --- | --- | --- |\n");
for (const { inFlight, collected, calls, seconds } of rounds)
  process.stdout.write(`| ${inFlight} | ${collected} | ${calls} | ${seconds.toFixed(1)} |\n`);
