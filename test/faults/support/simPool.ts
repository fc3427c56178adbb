import type { Pool, PoolClient } from "pg";
import type { Traffic } from "./simTraffic.ts";
import { WorkerGone } from "./simWorkerGone.ts";

/** A worker as its database connections see it. */
interface Holder {
  readonly dead: boolean;
  breaksAtCommit: boolean;
  crash(): void;
}

/**
 * The pool as one simulated worker sees it: after its end every query fails before it is sent. When the worker is to
 * die within a transaction, its backend is ended in place of the COMMIT, so that PostgreSQL rolls back.
 */
export function guardedPool(pool: Pool, holder: Holder, traffic: Traffic): Pool {
  const guarded: Pool = Object.create(pool);
  Object.defineProperty(guarded, "query", {
    value: async (...query: unknown[]) => {
      if (holder.dead) throw new WorkerGone();
      return traffic.track(() => Reflect.apply(pool.query, pool, prepared(query)));
    },
  });
  Object.defineProperty(guarded, "connect", {
    value: async () => {
      if (holder.dead) throw new WorkerGone();
      return guardedClient(pool, await traffic.track(() => pool.connect()), holder, traffic);
    },
  });
  return guarded;
}

function guardedClient(pool: Pool, client: PoolClient, holder: Holder, traffic: Traffic): PoolClient {
  const guarded: PoolClient = Object.create(client);
  Object.defineProperty(guarded, "query", {
    value: async (...query: unknown[]) => {
      if (holder.dead && query[0] !== "ROLLBACK") throw new WorkerGone();
      if (holder.breaksAtCommit && query[0] === "COMMIT") {
        holder.breaksAtCommit = false;
        await traffic.track(() => endBackend(pool, client));
        holder.crash();
        throw new WorkerGone();
      }
      return traffic.track(() => Reflect.apply(client.query, client, prepared(query)));
    },
  });
  return guarded;
}

/** Ends the server's side of a connection and waits until it is gone, its transaction rolled back. */
async function endBackend(pool: Pool, client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  await pool.query("SELECT pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
}

const names = new Map<string, string>();

/** The same statements come by tens of thousands of times: a connection parses and plans each only once. */
function prepared(query: unknown[]): unknown[] {
  const [text, values] = query;
  if (typeof text !== "string" || !Array.isArray(values)) return query;
  const name = names.get(text) ?? `statement${names.size}`;
  names.set(text, name);
  return [{ name, text, values }];
}
