import { Socket } from "node:net";
import pg from "pg";
import { codeOf, LiveDashError } from "../../errors.ts";
import { SUPERUSER } from "./initialise.ts";
import type { Place } from "./place.ts";
import { diskFull, unusable } from "./startErrors.ts";

/**
 * A keeper is the connection by which a LiveDash process says that it uses the server. It holds the key shared; who
 * stops the server holds it alone. It is in the database `postgres`, so it never keeps another from being copied.
 */
export type Keeper = {
  client: pg.Client;
  isAlive(): boolean;
  /** While it rests, the open connection does not keep this process from ending. */
  rest(on: boolean): void;
};

const KEY = 1_817_203_541;
const CREATE_KEY = 1_817_203_542;
const APPLICATION = "livedash-keeper";
const LAST_CLIENTS_MS = 1_000;

/** Errors of a server that is starting, stopping or gone: worth another look. */
const NOT_NOW = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "57014", "57P01", "57P02", "57P03"];

/**
 * Connects to the server on `port` and registers as its user. Undefined when that server is on its way up or down, or
 * is not the one of this data folder. Errors: embedded_postgres_password, embedded_postgres_unusable.
 */
export async function connectKeeper(place: Place, port: number, password: string): Promise<Keeper | undefined> {
  const socket = new Socket();
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: SUPERUSER,
    password,
    database: "postgres",
    application_name: APPLICATION,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    stream: () => socket,
  });
  let alive = true;
  client.on("error", () => {
    alive = false;
  });
  client.on("end", () => {
    alive = false;
  });
  try {
    await client.connect();
    const answer = await client.query<{ data: string; registered: boolean }>(
      "SELECT current_setting('data_directory') AS data, pg_try_advisory_lock_shared($1) AS registered",
      [KEY],
    );
    const row = answer.rows[0];
    if (row?.data === place.data && row.registered) {
      return { client, isAlive: () => alive, rest: (on) => void (on ? socket.unref() : socket.ref()) };
    }
    await client.end();
    return undefined;
  } catch (error) {
    socket.destroy();
    const code = codeOf(error) ?? "";
    if (NOT_NOW.includes(code) || (code === "" && !alive)) return undefined;
    if (code !== "28P01") throw unusable(place.data, place.logFile, error);
    throw new LiveDashError(
      "embedded_postgres_password",
      `The password in ${place.passwordFile} does not match the database in ${place.data}. Restore the file, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** Creates the database unless it exists. Errors: embedded_postgres_disk_full, embedded_postgres_unusable. */
export async function ensureDatabase({ client }: Keeper, name: string, place: Place): Promise<void> {
  const present = async () =>
    (await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name])).rowCount === 1;
  if (await present()) return;
  await client.query("SELECT pg_advisory_lock($1)", [CREATE_KEY]);
  try {
    if (!(await present())) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    throw codeOf(error) === "53100" ? diskFull(place.data, error) : unusable(place.data, place.logFile, error);
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [CREATE_KEY]);
  }
}

/** True when nobody else uses the server: then this keeper holds the key alone, and newcomers wait until it is gone. */
export async function becomeLast({ client }: Keeper): Promise<boolean> {
  const answer = await client.query<{ last: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS last FROM (SELECT pg_advisory_unlock_shared($1)) AS released",
    [KEY],
  );
  return answer.rows[0]?.last === true && !(await othersAreConnected(client));
}

/** A pool that was just closed is seen for a moment longer, so connections are given that moment to go; one that has
 * not yet said who it is (no user name) does not count. */
async function othersAreConnected(client: pg.Client): Promise<boolean> {
  const until = Date.now() + LAST_CLIENTS_MS;
  for (;;) {
    const answer = await client.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND usename IS NOT NULL
         AND pid <> pg_backend_pid() AND application_name <> $1 LIMIT 1`,
      [APPLICATION],
    );
    if (answer.rowCount === 0) return false;
    if (Date.now() >= until) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
