import { expect, vi } from "vitest";
import type { Sql } from "../../lib/db/pool.ts";

/** Until somebody in this database waits for a lock that somebody else holds. */
export function untilOneWaits(sql: Sql): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`;
  return vi.waitFor(async () => expect((await sql.query(waiting)).rows).toHaveLength(1), { timeout: 240_000 });
}
