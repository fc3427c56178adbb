import { z } from "zod";
import { time } from "../../api/fields.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { int, known, nullable, text, textOf, timestamp } from "../../db/statement.ts";
import { isOptional, listSwitchedOff } from "../../requests/toSend.ts";
import { readAllowances } from "../../throttle/companyLimit.ts";
import { requestStatus } from "./requestFilter.ts";

/** A request as it is listed. Nothing of what people wrote is in it, but for what a provider quotes in its errors. */
export const requestRow = z.object({
  externalSessionId: z.string().nullable().meta({ description: "What the company calls the session." }),
  id: z.string(),
  sessionId: z.string().nullable().meta({ description: "Null once the session was erased." }),
  status: requestStatus,
  failedAt: time.nullable(),
  error: z.string().nullable(),
  errorCode: z.string().nullable(),
  companyId: z.string(),
  companyName: z.string(),
  model: z.string(),
  processingType: z.string(),
  batchId: z.string().nullable(),
  heldFor: z.enum(["limit", "switched_off"]).nullable().meta({
    description:
      "`limit`: it is waiting because its company's limit for the day or the month is used up. `switched_off`: its company has switched off what it asks for.",
  }),
  heldUntil: time.nullable().meta({ description: "When that limit starts again." }),
  attempt: z.number().int().meta({ description: "How many times it has been in a batch." }),
  requestedAt: time,
  completedAt: time.nullable(),
});

/** What the company calls the session of a request `r`. */
export const NAME_OF_SESSION = `(SELECT "externalSessionId" FROM "Session" WHERE "id" = r."sessionId")`;

/** Its columns, of a request `r` and its company `c`. */
export const REQUEST_COLUMNS = `${NAME_OF_SESSION} AS "externalSessionId", r."id", r."sessionId", lower(r."processingStatus"::text) AS "status",
  CASE r."processingStatus" WHEN 'PROCESSING_FAILED' THEN r."completedAt" END AS "failedAt", r."errorMessage" AS "error",
  r."errorCode", r."companyId", c."name" AS "companyName", r."model", r."processingType", r."batchId", r."attempt",
  r."requestedAt", r."completedAt"`;

type Row = z.input<typeof requestRow>;

/** What these select. */
export const requestColumns = {
  externalSessionId: nullable(text),
  id: text,
  sessionId: nullable(text),
  status: known(textOf<Row["status"]>()),
  failedAt: nullable(timestamp),
  error: nullable(text),
  errorCode: nullable(text),
  companyId: text,
  companyName: text,
  model: text,
  processingType: text,
  batchId: nullable(text),
  attempt: int,
  requestedAt: timestamp,
  completedAt: nullable(timestamp),
};

const NOT_HELD = { heldFor: null, heldUntil: null };

/** Says of each what it is held for. */
export async function withHolds<R extends Omit<Row, "heldFor" | "heldUntil">>(
  ctx: Pick<Context, "clock" | "config">,
  sql: Sql,
  rows: readonly R[],
): Promise<(R & Pick<Row, "heldFor" | "heldUntil">)[]> {
  const pending = rows.filter(({ status }) => status === "pending_batching");
  if (pending.length === 0) return rows.map((row) => ({ ...row, ...NOT_HELD }));
  const companies = [...new Set(pending.map(({ companyId }) => companyId))];
  const allowances = await readAllowances(ctx, sql, companies);
  const off = new Set(await listSwitchedOff(sql, companies));
  return rows.map((row) => {
    if (row.status !== "pending_batching") return { ...row, ...NOT_HELD };
    const { companyId, processingType, attempt } = row;
    const isOff = isOptional(processingType) && (!ctx.config.QUESTION_TOPICS || off.has(companyId));
    if (isOff) return { ...row, heldFor: "switched_off" as const, heldUntil: null };
    const until = attempt === 0 ? (allowances.get(companyId)?.until ?? null) : null;
    return { ...row, heldFor: until ? ("limit" as const) : null, heldUntil: until };
  });
}
