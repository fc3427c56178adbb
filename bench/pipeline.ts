// Sends many generated requests through the whole pipeline, each part a process of its own, and reports time and memory.
// Usage: node bench/pipeline.ts [requests, default 120000]
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Pool } from "pg";
import { copyRows } from "../lib/db/copy.ts";
import { startTemporaryPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { inTransaction } from "../lib/db/pool.ts";
import { readAddress } from "./compare/emulator.ts";

const LIVEDASH = resolve(import.meta.dirname, "../bin/livedash");
const REQUESTS = Number(process.argv[2] ?? 120_000);
const CHUNK = 5_000;
const SAMPLE_MS = 100;

const postgres = await startTemporaryPostgres({ database: "livedash" });
await applyMigrations({ databaseUrl: postgres.url });
const pool = new Pool({ connectionString: postgres.url });
const emulator = await startProcess(["emulator", "--validating", "200ms", "--in-progress", "500ms"], {});
try {
  const address = await readAddress(emulator.child.stdout);
  console.log(`${REQUESTS} requests of one company and one model`);
  await insertSessions();
  const startedAt = performance.now();
  const run = await startProcess(["run", "--until-idle"], {
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: address,
    OPENAI_API_KEY: "bench",
    BATCH_CREATION_INTERVAL: "1s",
    BATCH_POLLING_INTERVAL: "1s",
    LOG_LEVEL: "warn",
  });
  const [code] = await once(run.child, "close");
  const seconds = (performance.now() - startedAt) / 1000;
  await report(code, seconds, run.peakMegabytes());
} finally {
  emulator.child.kill("SIGTERM");
  await pool.end();
  await postgres.stop();
}

async function insertSessions(): Promise<void> {
  const companyId = randomUUID();
  await pool.query(`INSERT INTO "Company" ("id", "name") VALUES ($1, 'Bench')`, [companyId]);
  for (let start = 0; start < REQUESTS; start += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, REQUESTS - start) }, (_, index) => ({
      id: randomUUID(),
      at: new Date(Date.UTC(2026, 0, 1) + (start + index) * 1000),
      text: `Question ${start + index}: how do I ask for leave, and who decides on it? ${"I work shifts. ".repeat(index % 30)}`,
    }));
    await inTransaction(pool, async (tx) => {
      await copyRows(
        tx,
        "Session",
        ["id", "companyId", "startTime", "endTime"],
        rows.map(({ id, at }) => [id, companyId, at, at]),
      );
      await copyRows(
        tx,
        "Message",
        ["id", "sessionId", "role", "content", "order"],
        rows.map(({ id, text }) => [id, id, "User", text, 0]),
      );
      await copyRows(
        tx,
        "AIProcessingRequest",
        ["id", "companyId", "sessionId", "model", "processingType", "requestedAt"],
        rows.map(({ id, at }) => [id, companyId, id, "gpt-6-luna", "session-analysis", at]),
      );
    });
  }
}

async function report(code: number | null, seconds: number, peakMegabytes: number): Promise<void> {
  const { rows: batches } = await pool.query(
    `SELECT "status", "requestCount" AS "lines", round("byteSize" / 1e6) AS "megabytes" FROM "AIBatchRequest"
      ORDER BY "createdAt"`,
  );
  const { rows: requests } = await pool.query(
    `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1`,
  );
  console.table(batches);
  console.table(requests);
  console.log(`exit code ${code}, ${seconds.toFixed(1)} s, ${Math.round(REQUESTS / seconds)} requests a second`);
  console.log(`peak memory of the process: ${peakMegabytes.toFixed(0)} MB`);
}

async function startProcess(args: string[], env: Record<string, string>) {
  const child = spawn(LIVEDASH, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let peak = 0;
  const sampling = setInterval(async () => {
    peak = Math.max(peak, await readPeak(child.pid));
  }, SAMPLE_MS);
  child.once("close", () => clearInterval(sampling));
  child.stdout.on("data", (chunk) => {
    if (args[0] === "run") process.stdout.write(chunk);
  });
  return { child, peakMegabytes: () => peak };
}

/** The kernel's own high-water mark of resident memory, in megabytes (Linux). */
async function readPeak(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
