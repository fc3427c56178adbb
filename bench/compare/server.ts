import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";

const TICKS = 100;

/** What a PostgreSQL server of this machine has used: CPU seconds of all its processes, and bytes of its log. */
export async function readServer(url: string, folder: string): Promise<{ cpu: number; wal: number }> {
  const [log] = await query<{ wal: number }>(
    url,
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS "wal"`,
  );
  return { cpu: await readCpu(folder), wal: log?.wal ?? 0 };
}

export const checkpoint = (url: string) => query(url, "CHECKPOINT");

/** Has PostgreSQL look at all tables. */
export const analyse = (url: string) => query(url, "ANALYZE");

/** Over a connection of its own. */
export async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    return (await db.query<T>(sql)).rows;
  } finally {
    await db.end();
  }
}

async function readCpu(folder: string): Promise<number> {
  const pidFile = await readFile(path.join(folder, "server", "data", "postmaster.pid"), "utf8");
  const server = Number.parseInt(pidFile, 10);
  let ticks = 0;
  for (const pid of await readdir("/proc")) {
    const stat = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "") : "";
    // Behind the name: state, parent, and from the twelfth on user and system time, own and of children that have ended.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
    if (Number(pid) === server) ticks += user + system + childUser + childSystem;
    else if (Number(fields[1]) === server) ticks += user + system;
  }
  return ticks / TICKS;
}
