import { after } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { known, statement, text, timestamp } from "../../db/statement.ts";
import type { Turn } from "./holdBack.ts";
import { nameOf } from "./listGroups.ts";

/** Who has had no batch for so long is first in any case. */
const DAY_MS = 86_400_000;

/** Of more turns than there may be, those of the groups that got their last batch the longest ago; in the same order. */
export async function servedLongestAgo(ctx: PipelineContext, turns: Turn[], most: number): Promise<Turn[]> {
  if (turns.length <= most) return turns;
  const rows = await LAST_SERVED.rows(ctx.db, { provider: ctx.provider.name, since: after(ctx.clock, -DAY_MS) });
  const served = new Map(rows.map(({ at, ...group }) => [nameOf(group), at.getTime()]));
  const servedAt = ({ group }: Turn) => served.get(nameOf(group)) ?? 0;
  const chosen = new Set(turns.toSorted((a, b) => servedAt(a) - servedAt(b)).slice(0, Math.max(0, most)));
  return turns.filter((turn) => chosen.has(turn));
}

const LAST_SERVED = statement({
  sql: `SELECT "companyId", "model", max("createdAt") AS "at" FROM "AIBatchRequest"
         WHERE "provider" = $1 AND "createdAt" > $2 GROUP BY "companyId", "model"`,
  params: { provider: text, since: timestamp },
  row: { companyId: text, model: text, at: known(timestamp) },
});
