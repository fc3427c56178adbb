import { Client, type ClientBase, type Pool } from "pg";
import { codeOf, LiveDashError } from "../errors.ts";
import { connectionLost, explainConnectionError, isLost } from "./connectionErrors.ts";

/** The key that Prisma's own migrate commands take, so that the two never run at once. */
const LOCK_KEY = 72_707_369;
const LOCK_LIMIT = "300s";
const OLDEST_SERVER = 150_000;

/**
 * A connection of its own for whoever changes the database's structure.
 * @param database a connection string, or a pool of which one connection is used
 * @param variable the one that names the database
 * @throws LiveDashError with one sentence for a person; codes begin with `database_` (cannot be used) or `migration_`.
 */
export async function withMigrationClient<T>(
  database: string | Pool,
  variable: string,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const { client, release } = await connect(database, variable);
  try {
    await refuseOldServer(client, variable);
    return await work(client);
  } catch (error) {
    throw isLost(error) ? connectionLost(error) : error;
  } finally {
    await release();
  }
}

/** Waits until nobody else migrates the database. The lock is held until the connection ends. */
export async function lockMigrations(client: ClientBase): Promise<void> {
  try {
    await client.query(`SET lock_timeout = '${LOCK_LIMIT}'`);
    await client.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
    await client.query("RESET lock_timeout");
  } catch (cause) {
    if (codeOf(cause) !== "55P03") throw cause;
    throw new LiveDashError(
      "migration_locked",
      `Another process has been migrating the database for ${LOCK_LIMIT}. Wait until it has finished, then start again.`,
      { cause, retryable: true },
    );
  }
}

async function connect(
  database: string | Pool,
  variable: string,
): Promise<{ client: ClientBase; release: () => Promise<void> }> {
  if (typeof database !== "string") {
    const client = await database.connect().catch((error) => {
      throw explainConnectionError(error, undefined, variable);
    });
    client.on("error", () => {});
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    // The connection is closed, not given back: it holds a lock and settings that are only this run's.
    const release = () => {
      client.release(true);
      return ended;
    };
    return { client, release };
  }
  const client = openClient(database, variable);
  client.on("error", () => {}); // A lost connection is reported by the query that needs it.
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined); // Not awaited: of a connection that never was, it may not answer.
    throw explainConnectionError(error, client, variable);
  }
  return { client, release: () => client.end().catch(() => undefined) };
}

function openClient(url: string, variable: string): Client {
  try {
    return new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: "livedash-migrate" });
  } catch {
    // No cause: what `URL` throws carries the whole text, password included.
    throw new LiveDashError(
      "database_url_invalid",
      `${variable} is not a valid address. Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE and percent-encode special characters in the password.`,
    );
  }
}

async function refuseOldServer(client: ClientBase, variable: string): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  const version = rows[0];
  if (version !== undefined && version.number >= OLDEST_SERVER) return;
  throw new LiveDashError(
    "database_too_old",
    `${variable} points to PostgreSQL ${version?.name ?? "of unknown version"}, but LiveDash needs version 15 or newer.`,
  );
}
