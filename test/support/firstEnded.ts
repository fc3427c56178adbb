import type { Pool } from "pg";
import { withHeld } from "./held.ts";
import { untilOneWaits } from "./untilOneWaits.ts";

/**
 * Does work while somebody else has a table, until PostgreSQL ends the first statement that waits for it: it cancels it, as when
 * the time that it may take is over, so that nobody has to wait so long; or it ends the connection. Then the table is free.
 */
export async function withFirstEnded<T>(
  owner: Pool,
  table: string,
  how: "cancel" | "terminate",
  work: () => Promise<T>,
): Promise<T> {
  const { working } = await withHeld(owner, async (held) => {
    await held.query(`LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`);
    const working = work();
    // It is awaited below: until then, nobody is to miss who catches it.
    working.catch(() => {});
    await untilOneWaits(owner);
    const { rows } = await owner.query(
      `SELECT pg_${how}_backend("pid") AS "isEnded" FROM pg_stat_activity
        WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`,
    );
    if (rows.length !== 1) throw new Error(`${rows.length} statements waited, in place of one.`);
    return { working };
  });
  return working;
}
