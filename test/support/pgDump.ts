import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./debianProgram.ts";
import { startPostgres } from "./testServer.ts";

/** What PostgreSQL brings to dump and restore: `pg_dump`, `pg_restore` and `psql`. */
export interface PostgresPrograms {
  /** The folder that they are in. */
  folder: string;
  env: Record<string, string>;
  /** Starts a server that they can dump: they read none that is newer than themselves. */
  startServer: () => ReturnType<typeof startPostgres>;
}

/** The releases that npm has, besides the one that LiveDash brings. */
const OLDEST = 15;
const BROUGHT = 18;

export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const { path, env } = await findProgram("pg_dump");
  const { stdout } = await promisify(execFile)(path, ["--version"], { env: { ...process.env, ...env } });
  const release = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]);
  if (!(release >= OLDEST)) {
    throw new Error(
      `This test needs pg_dump of PostgreSQL ${OLDEST} or newer, and ${path} is "${stdout.trim()}". Install postgresql-client.`,
    );
  }
  return { folder: dirname(path), env, startServer: () => startPostgres(release >= BROUGHT ? "" : String(release)) };
}
