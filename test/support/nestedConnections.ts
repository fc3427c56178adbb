import { AsyncLocalStorage } from "node:async_hooks";
import type { Pool, PoolClient } from "pg";

/**
 * Finds what takes a second connection of a pool inside a transaction on the first: as many of those at once as the pool
 * has connections, and all of them wait for each other. The taking fails, and so does the test file at its end.
 */
export function refuseNestedConnections(pool: Pool): { assertNone(): void } {
  const current = new AsyncLocalStorage<{ isOpen: boolean }>();
  const watched = new WeakSet<PoolClient>();
  const found: Error[] = [];
  const connect: Pool["connect"] = pool.connect.bind(pool);

  function watch(client: PoolClient): void {
    if (watched.has(client)) return;
    watched.add(client);
    const query: (...given: unknown[]) => unknown = client.query.bind(client);
    let transaction = { isOpen: false };
    const watchedQuery = (...given: unknown[]) => {
      const text = textOf(given[0]);
      if (/^\s*(begin|start transaction)\b/i.test(text) && !isMeant(new Error().stack)) {
        transaction = { isOpen: true };
        current.enterWith(transaction);
      }
      if (/^\s*(commit|rollback)\s*;?\s*$/i.test(text)) transaction.isOpen = false;
      return query(...given);
    };
    Object.assign(client, { query: watchedQuery });
  }

  async function open(): Promise<PoolClient> {
    if (current.getStore()?.isOpen) {
      const error = new Error("A second connection is taken inside a transaction: hand `tx` on in place of `ctx.db`.");
      found.push(error);
      throw error;
    }
    const client = await connect();
    watch(client);
    return client;
  }

  type Done = (error: Error | undefined, client: PoolClient | undefined, release: (error?: Error) => void) => void;
  const openWith = (done?: Done): Promise<PoolClient> | undefined => {
    if (!done) return open();
    open().then(
      (client) => done(undefined, client, (error) => client.release(error)),
      (error: Error) => done(error, undefined, () => {}),
    );
    return undefined;
  };
  Object.assign(pool, { connect: openWith });

  return {
    assertNone: () => {
      if (found[0]) throw new Error(`${found.length} nested connections`, { cause: found[0] });
    },
  };
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  return typeof query === "object" && query !== null && "text" in query ? String(query.text) : "";
}

/** Who holds a transaction open by its own hand, to see what others do meanwhile, means to: a test, and what has a place for it. */
function isMeant(stack = ""): boolean {
  const callers = stack.split("\n").slice(2);
  const first = callers.find((line) => line.includes("at ") && !line.includes("/support/nestedConnections."));
  return ["/test/", "/lib/db/scratch."].some((part) => first?.includes(part));
}
