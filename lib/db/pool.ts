import { Pool, type PoolClient } from "pg";
import { withSearchPath } from "./searchPath.ts";

/** What runs SQL: the pool, or a client inside a transaction. */
export type Sql = Pick<PoolClient, "query">;
export type Database = Pool;
declare const inside: unique symbol;
/** A client inside a transaction: what takes locks asks for it, and cannot be handed a connection outside of one. */
export type Transaction = PoolClient & { readonly [inside]: true };

interface PoolOptions {
  max?: number;
  connectWithinMs?: number;
  onError?: (error: Error) => void;
}

/**
 * A pool of connections to PostgreSQL. Nothing is set when one is opened, since poolers refuse that, unless the address names a schema.
 * @param options.max the most connections; default 10, as of DATABASE_POOL_SIZE
 * @param options.connectWithinMs how long anyone waits for one, a free place in the pool included; default 10,000
 */
export function openPool(databaseUrl: string, options: PoolOptions = {}): Pool {
  const pool = new Pool({
    connectionString: withSearchPath(databaseUrl),
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectWithinMs ?? 10_000,
    application_name: "livedash",
    keepAlive: true,
  });
  // A connection that the server ends fails the query that uses it, and an idle one is replaced at its next use; but
  // without a listener, on the pool for idle ones and on each that is in use, it would end the process.
  const onError = options.onError ?? (() => {});
  pool.on("error", onError);
  pool.on("connect", (client) => client.on("error", onError));
  // One that it ends between two statements of a transaction has no listener of the pool's; the next statement fails.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/**
 * Begins a transaction, with what is set for it alone. A process that is frozen inside loses it, or its locks would hold up all
 * others; and no plan is compiled: where statistics are missing, that costs each page of a batch more than it saves.
 */
const BEGIN = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL jit = off";

/** The same pool for a library that begins transactions of its own: they get what ours have. */
export function withLimits(pool: Pool): Pool {
  const connect = async () => bound(await pool.connect(), { query: beginAsWeDo });
  return bound(pool, { connect: () => connect });
}

const beginAsWeDo =
  (client: PoolClient) =>
  (statement: unknown, ...rest: unknown[]): unknown => {
    const isBegin = typeof statement === "string" && /^(begin|start transaction)$/i.test(statement.trim());
    return Reflect.apply(client.query, client, [isBegin ? BEGIN : statement, ...rest]);
  };

/** The same object with some of its functions replaced. */
function bound<T extends object>(target: T, replaced: Partial<Record<keyof T, (target: T) => unknown>>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const replace = replaced[name as keyof T];
      if (replace) return replace(target);
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Runs `work` in one transaction: commits what it did, or rolls all of it back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(BEGIN);
    const result = await work(client as Transaction);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
