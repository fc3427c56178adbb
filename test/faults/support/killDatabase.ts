import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import pg from "pg";
import { startTemporaryPostgres } from "../../../lib/db/embedded/index.ts";
import { run } from "../../../lib/db/embedded/run.ts";
import { applyMigrations } from "../../../lib/db/migrate.ts";
import { openPool } from "../../../lib/db/pool.ts";
import type { SeededRandom } from "./killRandom.ts";

/** A PostgreSQL of its own, whose crashes disturb no other test. */
export interface OwnDatabase {
  url: string;
  pool: pg.Pool;
  /** Ends the server as a crash would, and starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Ends it as a crash would. */
  crash(): Promise<void>;
  /** Starts it again after `crash`. */
  revive(): Promise<void>;
  /** Ends one connection of LiveDash, one that is at work if any is. Answers what it was doing. */
  terminateBackend(random: SeededRandom): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Nothing tells when a backend gets to work: it is looked for, and one that is idle is taken if none ever does. */
const LOOKS = 40;
const PAUSE_MS = 10;

/** Starts it, migrated. What it has acknowledged survives `restart`: only a crash of the machine would lose it. */
export async function startOwnDatabase(): Promise<OwnDatabase> {
  const server = await startTemporaryPostgres({ database: "livedash", settings: { synchronous_commit: "on" } });
  await applyMigrations({ databaseUrl: server.url });
  const pool = openPool(server.url);
  const data = join(server.folder, "server", "data");
  return {
    url: server.url,
    pool,
    restart: () => control(data, "restart", "-m", "immediate"),
    crash: () => control(data, "stop", "-m", "immediate"),
    revive: () => control(data, "start"),
    terminateBackend: (random) => terminateBackend(server.url, random),
    stop: async () => {
      await pool.end();
      await server.stop();
    },
  };
}

/** pg_ctl takes the options of the start before, the port among them, from a file in the data folder. */
async function control(data: string, action: "restart" | "stop" | "start", ...rest: string[]): Promise<void> {
  const [program, ...options] = await startedWith(data);
  const again = action === "start" ? ["-o", options.map((option) => `'${option}'`).join(" ")] : [];
  const log = action === "stop" ? [] : ["-l", join(dirname(data), "server.log")];
  const { uid, gid } = await stat(data);
  const user = process.getuid?.() === 0 ? { uid, gid } : undefined;
  const args = [action, "-D", data, "-w", "-t", "60", ...log, ...rest, ...again];
  const { code, output } = await run(join(dirname(program ?? ""), "pg_ctl"), args, user);
  if (code !== 0) throw new Error(`pg_ctl ${action} ended with ${code}: ${output}`);
}

async function startedWith(data: string): Promise<string[]> {
  const text = await readFile(join(data, "postmaster.opts"), "utf8");
  return text
    .trim()
    .split(/ (?=")/)
    .map((word) => word.replace(/^"|"$/g, ""));
}

async function terminateBackend(url: string, random: SeededRandom): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, application_name: "livedash-fault-test" });
  client.on("error", () => {});
  await client.connect();
  try {
    for (let look = 0; ; look++) {
      const { rows } = await client.query<{ pid: number; state: string | null; query: string }>(
        `SELECT "pid", "state", "query" FROM pg_stat_activity
          WHERE "application_name" = 'livedash' AND "datname" = current_database()
          ORDER BY "pid"`,
      );
      const busy = rows.filter((row) => row.state !== "idle");
      const choice = busy.length > 0 ? busy : look < LOOKS ? [] : rows;
      if (choice.length > 0) {
        const { pid, state } = random.pick(choice);
        await client.query("SELECT pg_terminate_backend($1)", [pid]);
        return state ?? "starting";
      }
      if (look >= LOOKS) return undefined;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    await client.end();
  }
}
