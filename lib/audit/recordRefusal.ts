import type { Context } from "../context.ts";
import { inTransaction } from "../db/pool.ts";
import { type AuditEntry, recordAudit } from "./recordAudit.ts";

const WINDOW_MS = 5 * 60_000;
/** So many different ones of a kind stand in the log in one window; the rest is counted together. */
const MOST_NAMES = 50;
const LONGEST_NAME = 200;

type Refused = Omit<AuditEntry, "outcome">;

/**
 * Records a call that was refused at the door. A flood must not fill the log: the first of a name and an address is recorded
 * at once, those that follow within five minutes are counted, and recorded as one.
 * @param name what is the same for all that count as one, such as the beginning of a key
 */
export async function recordRefusal(ctx: Context, name: string, refused: Refused): Promise<void> {
  const now = ctx.clock.now().getTime();
  const windowStart = new Date(Math.floor(now / WINDOW_MS) * WINDOW_MS);
  const named = [name.slice(0, LONGEST_NAME), refused.from ?? ""];
  const { rows } = await ctx.db.query<{ count: number; name: string }>(
    `WITH known AS (
       SELECT count(*) >= $7 AND NOT bool_or("name" = $3 AND "address" = $4) AS "crowded"
         FROM "RefusedCall" WHERE "kind" = $1 AND "windowStart" = $2)
     INSERT INTO "RefusedCall" AS r ("kind", "windowStart", "name", "address", "count", "entry")
     SELECT $1, $2, CASE WHEN "crowded" THEN '' ELSE $3 END, CASE WHEN "crowded" THEN '' ELSE $4 END, 1,
            CASE WHEN "crowded" THEN $6::jsonb ELSE $5::jsonb END FROM known
     ON CONFLICT ("kind", "windowStart", "name", "address") DO UPDATE SET "count" = r."count" + 1
     RETURNING "count", "name"`,
    [refused.action, windowStart, ...named, JSON.stringify(refused), JSON.stringify(togetherOf(refused)), MOST_NAMES],
  );
  if (rows[0]?.count === 1 && rows[0].name !== "") await recordAudit(ctx, ctx.db, { ...refused, outcome: "denied" });
}

/** What stands for all that came from elsewhere or with another name. */
function togetherOf({ action }: Refused): Refused {
  const actor = { kind: "anonymous", id: null, name: null } as const;
  return { actor, action, from: null, requestId: null, details: { reason: "many" } };
}

interface Counted {
  name: string;
  windowStart: Date;
  count: number;
  entry: Refused;
}

/** Writes down what was counted in windows that are over: as many as followed the first one. */
export function recordCounted(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - WINDOW_MS);
  return inTransaction(ctx.db, async (tx) => {
    const { rows } = await tx.query<Counted>(
      `DELETE FROM "RefusedCall" WHERE "windowStart" <= $1 RETURNING "name", "windowStart", "count", "entry"`,
      [before],
    );
    for (const { name, windowStart, count, entry } of rows) {
      const further = name === "" ? count : count - 1;
      if (further === 0) continue;
      const details = { ...entry.details, count: further, since: windowStart.toISOString() };
      await recordAudit(ctx, tx, { ...entry, outcome: "denied", requestId: null, details });
    }
  });
}
