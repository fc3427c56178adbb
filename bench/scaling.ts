// At what size what becomes the limit: docs/scaling.md. Drives the real planner in virtual time, and measures the disk.
// Usage: npm run bench:scaling -- [numbers of scenarios, from 1; 0: the disk]; all of them if none is given
import { startTemporaryPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { measureDisk } from "./scaling/disk.ts";
import { diskRows, ON_DISK, rowOf, SIMULATED, tableOf } from "./scaling/report.ts";
import { SCENARIOS } from "./scaling/scenarios.ts";
import { simulate } from "./scaling/simulate.ts";

const SESSIONS_ON_DISK = 20_000;

const chosen = process.argv.slice(2).map(Number);
const isChosen = (number: number) => chosen.length === 0 || chosen.includes(number);

const rows: string[][] = [];
for (const [index, scenario] of SCENARIOS.entries()) {
  if (!isChosen(index + 1)) continue;
  process.stderr.write(`${scenario.name} ...\n`);
  rows.push(rowOf(scenario, await onDatabase((url) => simulate(url, scenario))));
}
if (rows.length > 0) process.stdout.write(`${tableOf(SIMULATED, rows)}\n\n`);
if (isChosen(0)) {
  const shares = await onDatabase((url) => measureDisk(url, SESSIONS_ON_DISK));
  process.stdout.write(`${tableOf(ON_DISK, diskRows(shares))}\n`);
}

async function onDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const postgres = await startTemporaryPostgres();
  try {
    await applyMigrations({ databaseUrl: postgres.url });
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}
