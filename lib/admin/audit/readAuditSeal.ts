import { z } from "zod";
import { time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { double, int, known, statement, text, textOf, timestamp } from "../../db/statement.ts";

const MOST_COUNTED = 10_000;

const place = z.object({ sequence: z.number().int(), hash: z.string(), at: time });

export const readAuditSeal = defineOperation({
  name: "readAuditSeal",
  summary:
    "How far the audit log is sealed, how many entries still have to be, and up to where retention has removed entries.",
  method: "GET",
  path: "/api/admin/audit/seal",
  permission: "audit.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({
    sealed: place
      .nullable()
      .meta({ description: "The last seal. Keep it elsewhere, to notice if the end is ever removed." }),
    unsealed: z
      .number()
      .int()
      .meta({ description: `At most ${MOST_COUNTED} are counted.` }),
    removed: place.nullable(),
  }),
  run: async (ctx) => {
    const places = await READ_PLACES.rows(ctx.db, {});
    const { unsealed } = await COUNT_UNSEALED.one(ctx.db, {});
    return {
      sealed: places.find(({ kind }) => kind === "seal") ?? null,
      unsealed,
      removed: places.find(({ kind }) => kind === "cut") ?? null,
    };
  },
});

const READ_PLACES = statement({
  sql: `(SELECT 'seal' AS "kind", "sequence"::float8 AS "sequence", "hash", "sealedAt" AS "at" FROM "AuditSeal"
          ORDER BY "AuditSeal"."sequence" DESC LIMIT 1)
        UNION ALL
        (SELECT 'cut', "sequence"::float8, "hash", "cutAt" FROM "AuditCut" ORDER BY "AuditCut"."sequence" DESC LIMIT 1)`,
  row: { kind: known(textOf<"seal" | "cut">()), sequence: known(double), hash: known(text), at: known(timestamp) },
});

const COUNT_UNSEALED = statement({
  sql: `SELECT count(*)::int AS "unsealed"
          FROM (SELECT 1 FROM "SecurityAuditLog" WHERE "sequence" IS NULL LIMIT ${MOST_COUNTED}) unsealed`,
  row: { unsealed: known(int) },
});
