import { Client } from "pg";
import type { Context } from "../context.ts";
import { withSearchPath } from "../db/searchPath.ts";
import type { Listen } from "./heardListen.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * LISTEN belongs to one connection, and a pooler in transaction mode would take it away: it goes straight to PostgreSQL.
 * A connection that is lost is opened again; until then the queue looks for jobs by itself.
 */
export function listenDirectly({ clock, log }: Pick<Context, "clock" | "log">, url: string): Listen {
  return async (channel, onNotification, onReconnect) => {
    const closed = new AbortController();
    let client: Client | undefined;

    async function open(): Promise<void> {
      const next = new Client({
        connectionString: withSearchPath(url),
        application_name: "livedash-listen",
        connectionTimeoutMillis: 10_000,
        keepAlive: true,
      });
      client = next;
      next.on("error", (error) => log.warn({ event: "scheduler.listen_lost", error }));
      next.on("notification", ({ payload }) => payload !== undefined && onNotification(payload));
      try {
        await next.connect();
        await next.query(`LISTEN ${next.escapeIdentifier(channel)}`);
      } catch (error) {
        void next.end().catch(() => undefined); // Not awaited: of a connection that never was, it may not answer.
        throw error;
      }
      next.once("end", () => void reopen());
      onReconnect();
    }

    async function reopen(): Promise<void> {
      for (let pause = FIRST_PAUSE_MS; !closed.signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        await clock.sleep(pause, closed.signal);
        if (closed.signal.aborted) return;
        try {
          return await open();
        } catch (error) {
          log.warn({ event: "scheduler.listen_lost", error });
        }
      }
    }

    await open();
    return {
      close: async () => {
        closed.abort();
        await client?.end().catch(() => undefined);
      },
    };
  };
}
