import { randomUUID } from "node:crypto";
import type { Db } from "pg-boss";
import type { Context } from "../context.ts";
import { statement, text } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";

/** How the queue hears of new jobs. */
export type Listen = NonNullable<Db["listen"]>;

/** A notification takes milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Listens once it has been heard: a pooler in transaction mode takes LISTEN without a word, and nothing ever comes.
 * @throws LiveDashError `not_heard`, by which the queue knows that it has to look for jobs itself
 */
export function heardListen({ db, clock }: Pick<Context, "db" | "clock">, listen: Listen): Listen {
  return async (channel, onNotification, onReconnect) => {
    const probe = randomUUID();
    const heard = new AbortController();
    const handle = await listen(
      channel,
      (payload) => (payload === probe ? heard.abort() : onNotification(payload)),
      onReconnect,
    );
    try {
      await NOTIFY.run(db, { channel, probe });
      await clock.sleep(PATIENCE_MS, heard.signal);
      if (!heard.signal.aborted) throw new LiveDashError("not_heard", NOT_HEARD);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  };
}

const NOTIFY = statement({ sql: "SELECT pg_notify($1, $2)", params: { channel: text, probe: text } });

const NOT_HEARD =
  "PostgreSQL's notifications of new jobs do not arrive, as behind a pooler in transaction mode. Set DIRECT_DATABASE_URL to an address that leads past it.";
