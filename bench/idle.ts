// What a worker takes that has nothing to do: its share of a core, and its statements in each minute, with the usual intervals.
// Usage: npm run bench:idle -- [minutes, default 20]. The first two minutes are a start, and not counted.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { startTemporaryPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { startProgram } from "../test/support/cli.ts";
import { startEmulator } from "./compare/emulator.ts";
import { PROFILING_SETTINGS } from "./compare/profile.ts";

const minutes = Number(process.argv[2] ?? 20);
const WARM_UP_MS = 120_000;
const MINUTE_MS = 60_000;
const TICKS = 100;

const postgres = await startTemporaryPostgres({ settings: PROFILING_SETTINGS });
await applyMigrations({ databaseUrl: postgres.url });
const db = new Client({ connectionString: postgres.url });
await db.connect();
await db.query("CREATE EXTENSION pg_stat_statements");
const emulator = await startEmulator();
const worker = startProgram("worker.ts", {
  DATABASE_URL: postgres.url,
  OPENAI_BASE_URL: emulator.url,
  OPENAI_API_KEY: "bench",
});
try {
  await Promise.race([delay(WARM_UP_MS), worker.finished.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  const statements: number[] = [];
  const [cpuBefore, startedAt] = [await readCpu(), performance.now()];
  let before = await countStatements();
  for (let minute = 1; minute <= minutes; minute++) {
    await delay(startedAt + minute * MINUTE_MS - performance.now());
    const after = await countStatements();
    // Counting is a statement too.
    statements.push(after - before - 1);
    before = after;
  }
  const share = (await readCpu()) - cpuBefore;
  const of = (performance.now() - startedAt) / 1_000;
  process.stdout.write(`${share.toFixed(2)} s of ${of.toFixed(0)}: ${((share / of) * 100).toFixed(2)}% of a core\n`);
  process.stdout.write(`statements in each minute: ${statements.join(", ")}\n`);
} finally {
  worker.child.kill("SIGTERM");
  await worker.finished;
  emulator.child.kill("SIGTERM");
  await once(emulator.child, "close");
  await db.end();
  await postgres.stop();
}

/** Of the worker, in seconds. */
async function readCpu(): Promise<number> {
  const stat = await readFile(`/proc/${worker.child.pid}/stat`, "utf8");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS;
}

/** But for the borders of transactions and what is set for one, which come in one message with what they enclose. */
async function countStatements(): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT sum("calls")::int AS "n" FROM pg_stat_statements WHERE "toplevel" AND "query" !~ '^(BEGIN|COMMIT|SET LOCAL)'`,
  );
  return rows[0]?.n ?? 0;
}
