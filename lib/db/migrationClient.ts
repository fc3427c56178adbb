import { Client, type ClientBase } from "pg";
import { codeOf, LiveDashError } from "../errors.ts";
import { connectionLost, explainConnectionError, isLost } from "./connectionErrors.ts";
import { withSearchPath } from "./searchPath.ts";

/** The key that Prisma's own migrate commands take, so that the two never run at once. */
const LOCK_KEY = 72_707_369;
const LOCK_LIMIT = "300s";
const OLDEST_SERVER = 150_000;

/**
 * A connection of its own for whoever changes the database's structure.
 * @param url of the database
 * @param variable the one that names it
 * @throws LiveDashError with one sentence for a person; codes begin with `database_` (cannot be used) or `migration_`.
 */
export async function withMigrationClient<T>(
  url: string,
  variable: string,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const client = await connect(url, variable);
  try {
    await refuseOldServer(client, variable);
    return await work(client);
  } catch (error) {
    throw isLost(error) ? connectionLost(error) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * One transaction while nobody else migrates the database, however long it takes. The lock is the transaction's: a pooler
 * would keep one of the session's for whoever gets the connection next.
 */
export async function whileLocked<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  try {
    await client.query(BEGIN_LOCKED).catch(explainLocked);
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

const BEGIN_LOCKED = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${LOCK_LIMIT}';
  SELECT pg_advisory_xact_lock(${LOCK_KEY}); SET LOCAL lock_timeout = DEFAULT`;

function explainLocked(cause: unknown): never {
  if (codeOf(cause) !== "55P03") throw cause;
  throw new LiveDashError(
    "migration_locked",
    `Another process has been migrating the database for ${LOCK_LIMIT}. Wait until it has finished, then start again.`,
    { cause, retryable: true },
  );
}

async function connect(url: string, variable: string): Promise<Client> {
  const client = openClient(url, variable);
  client.on("error", () => {}); // A lost connection is reported by the query that needs it.
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end().catch(() => undefined); // Not awaited: of a connection that never was, it may not answer.
    throw explainConnectionError(error, client, variable);
  }
}

function openClient(url: string, variable: string): Client {
  try {
    const connectionString = withSearchPath(url);
    return new Client({ connectionString, connectionTimeoutMillis: 10_000, application_name: "livedash-migrate" });
  } catch {
    // No cause: what `URL` throws carries the whole text, password included.
    throw new LiveDashError(
      "database_url_invalid",
      `${variable} is not a valid address. Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE and percent-encode special characters in the password.`,
    );
  }
}

async function refuseOldServer(client: ClientBase, variable: string): Promise<void> {
  const asked = client.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  // The first that is asked: behind a pooler, only now there has to be a connection.
  const { rows } = await asked.catch((error) => {
    throw explainConnectionError(error, undefined, variable);
  });
  const version = rows[0];
  if (version !== undefined && version.number >= OLDEST_SERVER) return;
  throw new LiveDashError(
    "database_too_old",
    `${variable} points to PostgreSQL ${version?.name ?? "of unknown version"}, but LiveDash needs version 15 or newer.`,
  );
}
