// How long it takes to send a batch for each of many companies, one after the other and side by side: over a real database, to an emulator
// in a process of its own that takes its time for each call. Usage: npm run bench:companies -- [companies, default 100] [ms a call, default 300]
import { readFileSync } from "node:fs";
import { MOST_LANES } from "../lib/pipeline/submit/lanes.ts";
import { sumOf } from "./companies/scene.ts";
import { sendAll } from "./companies/sendAll.ts";

const companies = Number(process.argv[2] ?? 100);
const callMs = Number(process.argv[3] ?? 300);

const load = readFileSync("/proc/loadavg", "utf8").split(" ")[0];
process.stdout.write(`${companies} companies, ${callMs} ms a call, load before ${load}\n`);
for (const lanes of [1, MOST_LANES]) {
  const { seconds, batches, calls } = await sendAll({ companies, callMs, lanes });
  const lists = (calls["GET /v1/batches"] ?? 0) + (calls["GET /v1/files"] ?? 0);
  process.stdout.write(
    `${String(lanes).padStart(2)} at a time: ${batches} batches in ${seconds.toFixed(1)} s, ${sumOf(calls)} calls, ${lists} of them lists\n`,
  );
  if (batches !== companies) process.exitCode = 1;
}
