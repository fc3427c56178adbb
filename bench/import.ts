// Measures the import into a temporary database: `node bench/import.ts [rows]`, default 100,000.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig } from "../lib/config.ts";
import { type Context, createContext } from "../lib/context.ts";
import { startTemporaryPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { openPool } from "../lib/db/pool.ts";
import { findOrCreateCompany } from "../lib/import/findOrCreateCompany.ts";
import { type ImportCsvInput, importCsv } from "../lib/import/importCsv.ts";
import { openLog } from "../lib/observability/log.ts";

const ROWS = Number(process.argv[2] ?? 100_000);
const TRANSCRIPTS = Math.ceil(ROWS / 10);
const LINES_PER_TRANSCRIPT = 12;
const SENTENCE = "How many days of leave do I have left this year, and until when must I take them?";

if (!process.env.LIVEDASH_BENCH_DATABASE) await prepareAndRunAgain();
else await measure(process.env.LIVEDASH_BENCH_DATABASE, process.env.LIVEDASH_BENCH_FOLDER ?? "");

/** The measured process is one of its own: what making the files took does not count into its memory. */
async function prepareAndRunAgain(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "livedash-bench-"));
  const server = await startTemporaryPostgres();
  try {
    await applyMigrations({ databaseUrl: server.url });
    await writeCsv(path.join(folder, "large.csv"), ROWS, "");
    await writeCsv(path.join(folder, "changed.csv"), ROWS, " Thank you.");
    await writeCsv(path.join(folder, "talks.csv"), TRANSCRIPTS, "");
    await writeTranscripts(path.join(folder, "talks"));
    const env = { ...process.env, LIVEDASH_BENCH_DATABASE: server.url, LIVEDASH_BENCH_FOLDER: folder };
    const script = process.argv[1] ?? "";
    process.exitCode =
      spawnSync(process.execPath, [...process.execArgv, script, String(ROWS)], { env, stdio: "inherit" }).status ?? 1;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(databaseUrl: string, folder: string): Promise<void> {
  const db = openPool(databaseUrl);
  const log = openLog({ level: "warn", format: "json" });
  const ctx = createContext({ config: readConfig({}), db, log });
  const large = path.join(folder, "large.csv");
  await run(ctx, "new sessions", "CSV", large);
  await run(ctx, "the same file again", "CSV", large);
  await run(ctx, "every row changed", "CSV", path.join(folder, "changed.csv"));
  const talks = { transcriptsDir: path.join(folder, "talks") };
  await run(
    ctx,
    `with transcripts of ${LINES_PER_TRANSCRIPT} messages`,
    "Talks",
    path.join(folder, "talks.csv"),
    talks,
  );
  await run(ctx, "the same with transcripts again", "Talks", path.join(folder, "talks.csv"), talks);
  process.stdout.write(`peak memory of the process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
  await db.end();
}

async function run(ctx: Context, title: string, name: string, file: string, options: Partial<ImportCsvInput> = {}) {
  const company = await findOrCreateCompany(ctx, { name, timeZone: "Europe/Amsterdam" });
  const began = performance.now();
  const report = await importCsv(ctx, { companyId: company.id, source: { kind: "file", path: file }, ...options });
  const seconds = (performance.now() - began) / 1000;
  const { rows, imported, updated, unchanged, bad } = report;
  const rate = Math.round(rows / seconds).toLocaleString("en");
  const size = ((await stat(file)).size / 1e6).toFixed(0);
  const counts = `${imported} imported, ${updated} updated, ${unchanged} unchanged, ${bad} bad`;
  process.stdout.write(`${title}: ${rate} sessions/s (${rows} rows, ${size} MB, ${seconds.toFixed(1)} s; ${counts})\n`);
}

async function writeCsv(file: string, rows: number, ending: string): Promise<void> {
  const out = createWriteStream(file);
  for (let row = 0; row < rows; row += 1) {
    const day = `${pad((row % 28) + 1)}.${pad((row % 12) + 1)}.2026 ${pad(row % 24)}:${pad(row % 60)}`;
    const facts = `${idOf(row)},${day}:10,${day}:55,192.0.2.${row % 256},NL,Dutch,${row % 9},neutral,false,false,`;
    const line = `${facts}https://example.test/${row},1.5,900,0.0012,Leave,"${row}: ${SENTENCE}${ending}"\n`;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

async function writeTranscripts(folder: string): Promise<void> {
  await mkdir(folder);
  for (let row = 0; row < TRANSCRIPTS; row += 1) {
    const lines = Array.from({ length: LINES_PER_TRANSCRIPT }, (_, line) => {
      const role = line % 2 === 0 ? "User" : "Assistant";
      return `[01.02.2026 10:00:${pad(line)}] ${role}: ${row}.${line} ${SENTENCE}\n`;
    });
    await writeFile(path.join(folder, `${idOf(row)}.txt`), lines.join(""));
  }
}

function idOf(row: number): string {
  return `${((row * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, "0")}-${row}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
