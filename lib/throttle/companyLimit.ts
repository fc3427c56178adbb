import type { Context } from "../context.ts";
import type { Sql, Transaction } from "../db/pool.ts";
import { arrayOf, bool, int, known, nullable, type RowOf, statement, text } from "../db/statement.ts";

/** What a company may still send, and what it has sent. Days and months begin at midnight UTC. */
export interface Allowance extends RowOf<typeof READ> {
  /** Whose limit is used up, and when it begins anew; null while there is something left. */
  usedUp: "day" | "month" | null;
  until: Date | null;
}

/**
 * A request draws on its company's limit once: when it goes into a batch for the first time. Those that have been in one go
 * again whatever is used up.
 */
export const DRAWS = `"attempt" = 0`;

/** The allowances of those of these companies that have a limit; of all that have one, where none are given. */
export async function readAllowances(
  ctx: Pick<Context, "clock">,
  sql: Sql,
  companyIds: readonly string[] | null = null,
): Promise<Map<string, Allowance>> {
  const now = ctx.clock.now();
  const rows = await READ.rows(sql, { companyIds, day: dayOf(now) });
  return new Map(rows.map((row) => [row.companyId, { ...row, ...judge(row, now) }]));
}

const READ = statement({
  sql: `SELECT c."id" AS "companyId", c."requestsPerDay" AS "perDay", c."requestsPerMonth" AS "perMonth",
               d."usedToday", d."usedThisMonth"
          FROM (SELECT $2::text::date AS "day") now CROSS JOIN "Company" c CROSS JOIN LATERAL (
            SELECT COALESCE(sum("requests") FILTER (WHERE "day" = now."day"), 0)::int AS "usedToday",
                   COALESCE(sum("requests"), 0)::int AS "usedThisMonth"
              FROM "CompanyDraw"
             WHERE "companyId" = c."id" AND "day" BETWEEN date_trunc('month', now."day")::date AND now."day") d
         WHERE COALESCE(c."requestsPerDay", c."requestsPerMonth") IS NOT NULL
           AND ($1::text[] IS NULL OR c."id" = ANY($1))`,
  params: { companyIds: nullable(arrayOf(text)), day: text },
  row: {
    companyId: text,
    perDay: nullable(int),
    perMonth: nullable(int),
    usedToday: known(int),
    usedThisMonth: known(int),
  },
});

function judge({ perDay, perMonth, usedToday, usedThisMonth }: RowOf<typeof READ>, now: Date) {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (perMonth !== null && usedThisMonth >= perMonth)
    return { usedUp: "month", until: new Date(Date.UTC(year, month + 1, 1)) } as const;
  if (perDay !== null && usedToday >= perDay)
    return { usedUp: "day", until: new Date(Date.UTC(year, month, day + 1)) } as const;
  return { usedUp: null, until: null };
}

/** The limit that is used up, for people who read text. */
export function sayLimit({ usedUp, perDay, perMonth }: Allowance): string {
  return usedUp === "month"
    ? `its ${perMonth} requests a month are used up`
    : `its ${perDay} requests a day are used up`;
}

/** The companies that may send nothing for the first time now. */
export async function listUsedUp(ctx: Pick<Context, "clock">, sql: Sql): Promise<string[]> {
  const allowances = await readAllowances(ctx, sql);
  return [...allowances.values()].filter(({ usedUp }) => usedUp !== null).map(({ companyId }) => companyId);
}

/**
 * How many requests of a company this transaction may claim for the first time; none while another one claims for it, so that
 * two cannot draw the same. Held until the transaction ends.
 */
export async function findAllowance(ctx: Context, tx: Transaction, companyId: string): Promise<number> {
  const before = await readAllowances(ctx, tx, [companyId]);
  if (before.size === 0) return Number.POSITIVE_INFINITY;
  const lock = await LOCK.first(tx, { companyId });
  if (!lock?.locked) return 0;
  // Read again: whoever held it before has perhaps drawn.
  const allowance = (await readAllowances(ctx, tx, [companyId])).get(companyId);
  if (!allowance) return Number.POSITIVE_INFINITY;
  const { perDay, perMonth, usedToday, usedThisMonth } = allowance;
  const left = [
    (perDay ?? Number.POSITIVE_INFINITY) - usedToday,
    (perMonth ?? Number.POSITIVE_INFINITY) - usedThisMonth,
  ];
  return Math.max(0, Math.min(...left));
}

const LOCK = statement({
  sql: `SELECT pg_try_advisory_xact_lock(hashtextextended('company-limit/' || $1, 0)) AS "locked"`,
  params: { companyId: text },
  row: { locked: known(bool) },
});

/** Notes that so many requests were claimed for the first time, limit or not: one that is set later counts them. */
export async function draw(ctx: Context, tx: Transaction, companyId: string, requests: number): Promise<void> {
  if (requests === 0) return;
  await DRAW.run(tx, { companyId, day: dayOf(ctx.clock.now()), requests });
}

const DRAW = statement({
  sql: `INSERT INTO "CompanyDraw" AS d ("companyId", "day", "requests") VALUES ($1, $2::text::date, $3)
        ON CONFLICT ("companyId", "day") DO UPDATE SET "requests" = d."requests" + $3`,
  params: { companyId: text, day: text, requests: int },
});

/** Such as `2026-11-26`, in UTC. */
function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
