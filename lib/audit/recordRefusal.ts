import type { Context } from "../context.ts";
import { inTransaction } from "../db/pool.ts";
import { int, json, known, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { type AuditEntry, recordAll, recordAudit } from "./recordAudit.ts";

/** Refusals are counted for so long before they are written down. */
export const COUNTED_FOR_MS = 5 * 60_000;
/** So many different ones of a kind are told apart in one window; the rest is counted together. */
const MOST_NAMES = 20;
/** So many windows are written down in one transaction. */
const WINDOWS_AT_ONCE = 50;
const LONGEST_NAME = 200;

type Refused = Omit<AuditEntry, "outcome">;

/**
 * Records a call that was refused at the door. A flood must not fill the log: the first of a name and an address is recorded
 * at once, those that follow within five minutes are counted, and recorded as one for each reason.
 * @param name what is the same for all that count as one, such as the beginning of a key
 */
export async function recordRefusal(ctx: Context, name: string, refused: Refused): Promise<void> {
  const now = ctx.clock.now().getTime();
  const windowStart = new Date(Math.floor(now / COUNTED_FOR_MS) * COUNTED_FOR_MS);
  await inTransaction(ctx.db, async (tx) => {
    const counted = await COUNT_REFUSED.first(tx, {
      kind: refused.action,
      windowStart,
      name: name.slice(0, LONGEST_NAME),
      address: refused.from ?? "",
      entry: JSON.stringify(refused),
      together: JSON.stringify(togetherOf(refused.action, { reason: "many" })),
    });
    if (counted?.count === 1 && counted.name !== "") await recordAudit(ctx, tx, { ...refused, outcome: "denied" });
  });
}

const COUNT_REFUSED = statement({
  sql: `
  WITH known AS (
    SELECT count(*) >= ${MOST_NAMES} AND NOT bool_or("name" = $3 AND "address" = $4) AS "crowded"
      FROM "RefusedCall" WHERE "kind" = $1 AND "windowStart" = $2)
  INSERT INTO "RefusedCall" AS r ("kind", "windowStart", "name", "address", "count", "entry")
  SELECT $1, $2, CASE WHEN "crowded" THEN '' ELSE $3 END, CASE WHEN "crowded" THEN '' ELSE $4 END, 1,
         CASE WHEN "crowded" THEN $6::jsonb ELSE $5::jsonb END FROM known
  ON CONFLICT ("kind", "windowStart", "name", "address") DO UPDATE SET "count" = r."count" + 1
  RETURNING "count", "name"`,
  params: {
    kind: text,
    windowStart: timestamp,
    name: text,
    address: text,
    entry: json<Refused>(),
    together: json<Refused>(),
  },
  row: { count: int, name: text },
});

/** What stands for several that came from different addresses or with different names. */
function togetherOf(action: string, details: Record<string, unknown>): Refused {
  const actor = { kind: "anonymous", id: null, name: null } as const;
  return { actor, action, from: null, requestId: null, details };
}

/** Writes down what was counted in windows that are over: as many as followed those that are recorded, by their reason. */
export async function recordCounted(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - COUNTED_FOR_MS);
  for (let more = true; more && !ctx.stopping.aborted; ) {
    more = await inTransaction(ctx.db, async (tx) => {
      const counted = await TAKE_COUNTED.rows(tx, { before });
      await recordAll(ctx, tx, counted.filter(({ further }) => further > 0).map(entryOf));
      return counted.length > 0;
    });
  }
}

/** Takes what was counted in the oldest windows. Of a name, the first one is recorded; of what was not told apart, none. */
const TAKE_COUNTED = statement({
  sql: `
  WITH taken AS (
    DELETE FROM "RefusedCall" WHERE "windowStart" IN (
      SELECT DISTINCT "windowStart" FROM "RefusedCall" WHERE "windowStart" <= $1 ORDER BY 1 LIMIT ${WINDOWS_AT_ONCE})
    RETURNING *, "count" - CASE WHEN "name" = '' THEN 0 ELSE 1 END AS "further")
  SELECT "kind", "windowStart", "entry"->'details'->>'reason' AS "reason", sum("further")::int AS "further",
         (count(*) FILTER (WHERE "further" > 0))::int AS "different",
         (array_agg("entry" ORDER BY "further" DESC, "name", "address"))[1] AS "entry"
    FROM taken GROUP BY 1, 2, 3 ORDER BY 2, 1, 3`,
  params: { before: timestamp },
  row: {
    kind: text,
    windowStart: timestamp,
    reason: nullable(text),
    /** How many came after those that stand in the log already. */
    further: known(int),
    /** How many names and addresses they came with, as far as these were told apart. */
    different: known(int),
    /** One of them. */
    entry: known(json<Refused>()),
  },
});

/** Who came alone is named; several are told by their number. */
function entryOf(counted: RowOf<typeof TAKE_COUNTED>): AuditEntry {
  const { kind, windowStart, reason, further, different, entry } = counted;
  const alike = different === 1 ? entry : togetherOf(kind, { ...(reason === null ? {} : { reason }), different });
  const details = { ...alike.details, count: further, since: windowStart.toISOString() };
  return { ...alike, outcome: "denied", requestId: null, details };
}
