import { z } from "zod";
import { accountOf } from "../../accounts/account.ts";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import { OVER } from "../../batches/states.ts";
import type { Sql } from "../../db/pool.ts";
import { arrayOf, bool, int, known, nullable, type RowOf, statement, text, timestamp } from "../../db/statement.ts";

export const accountId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: "must be lowercase letters, digits and hyphens, at most 40" });

/** An account as it is listed: never its key. */
export const accountRow = z.object({
  id: z.string(),
  kind: z.string().nullable().meta({ description: "openai or azure; null for default: the variables say it." }),
  address: z.string().nullable().meta({ description: "Null: the provider's own, or as the variables say." }),
  endpoint: z.string().nullable(),
  organization: z.string().nullable(),
  project: z.string().nullable(),
  hasKey: z.boolean().meta({ description: "Whether a key is stored. Never for default." }),
  disabled: z
    .object({ by: z.string().nullable(), reason: z.string().nullable(), since: time })
    .nullable()
    .meta({ description: "Set while nothing new is sent to it." }),
  stopped: z
    .object({ message: z.string(), since: time })
    .nullable()
    .meta({ description: "Set while the account refuses what is sent." }),
  models: z.array(z.string()).meta({ description: "The names of its models." }),
  openBatches: z.number().int().nonnegative(),
  createdAt: time,
  createdBy: z.string().nullable(),
});

type Row = z.input<typeof accountRow>;

export async function listAccountRows(sql: Sql, id: string | null = null): Promise<Row[]> {
  return (await LIST.rows(sql, { id })).map(toRow);
}

/** @throws RefusedError `not_found` */
export async function readAccountRow(sql: Sql, id: string): Promise<Row> {
  const [row] = await listAccountRows(sql, id);
  if (!row) throw notFound("account");
  return row;
}

function toRow({ disabledAt, disabledBy, disabledReason, stopMessage, stoppedAt, ...row }: RowOf<typeof LIST>): Row {
  return {
    ...row,
    disabled: disabledAt && { by: disabledBy, reason: disabledReason, since: disabledAt },
    stopped: stoppedAt && { message: stopMessage ?? "", since: stoppedAt },
  };
}

const LIST = statement({
  sql: `SELECT p."id", p."kind", p."address", p."endpoint", p."organization", p."project", p."apiKey" IS NOT NULL AS "hasKey",
               p."disabledAt", p."disabledBy", p."disabledReason", stop."message" AS "stopMessage", stop."stoppedAt",
               ARRAY(SELECT m."name" FROM "AIModel" m WHERE m."accountId" = p."id" ORDER BY m."name") AS "models",
               (SELECT count(*)::int FROM "AIBatchRequest" b
                 WHERE b."status" NOT IN ${OVER} AND ${accountOf('b."provider"')} = p."id") AS "openBatches",
               p."createdAt", p."createdBy"
          FROM "ProviderAccount" p LEFT JOIN LATERAL (
            SELECT s."message", s."stoppedAt" FROM "ProviderStop" s WHERE ${accountOf('s."provider"')} = p."id"
             ORDER BY s."stoppedAt" LIMIT 1) stop ON true
         WHERE $1::text IS NULL OR p."id" = $1
         ORDER BY p."id" <> 'default', p."id"`,
  params: { id: nullable(text) },
  row: {
    id: known(text),
    kind: nullable(text),
    address: nullable(text),
    endpoint: nullable(text),
    organization: nullable(text),
    project: nullable(text),
    hasKey: known(bool),
    disabledAt: nullable(timestamp),
    disabledBy: nullable(text),
    disabledReason: nullable(text),
    stopMessage: nullable(text),
    stoppedAt: nullable(timestamp),
    models: known(arrayOf(text)),
    openBatches: known(int),
    createdAt: known(timestamp),
    createdBy: nullable(text),
  },
});
