import { z } from "zod";
import { externalSessionId, time } from "../../api/fields.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { defineVerb } from "../../api/verb.ts";
import { LOOKUPS } from "./lookups.ts";

const TIME_LIMIT_MS = 5_000;
const MOST = 50;

export const found = z.object({
  kind: z.enum(["request", "batch", "import", "bulk", "company"]),
  id: z.string(),
  externalSessionId: z.string().nullable().meta({ description: "Of a request: what the company calls the session." }),
  companyName: z.string().nullable(),
  status: z.string().nullable().meta({ description: "Of a request or a batch." }),
  at: time.meta({ description: "When it was made." }),
  isExact: z.boolean().meta({ description: "Whether the whole id was given, its own or one that belongs to it." }),
});

/** What an id is of need not be known: whoever finds one in a log or an e-mail gets to what it names. */
export const findById = defineVerb({
  name: "findById",
  summary:
    "What has this id or one that begins so: requests, by their session's id too, ours or the company's own, batches, by the provider's id of them or of one of their files too, imports, bulk requeues and companies.",
  method: "GET",
  path: "/api/admin/legacy/find",
  permission: "requests.read",
  input: z.strictObject({ id: externalSessionId.meta({ description: "Of any kind, or how it begins." }) }),
  example: { id: "request_id_1" },
  output: z.object({
    found: z
      .array(found)
      .meta({ description: "Those with exactly this id first. Of each kind the first ten at most." }),
  }),
  run: async (ctx, { id }) => {
    const lookups = LOOKUPS.filter(({ permission }) => ctx.actor.permissions.has(permission));
    const { rows } = await readWithin(ctx, TIME_LIMIT_MS, (tx) =>
      tx.query<z.input<typeof found>>(
        `SELECT f."kind", f."id", f."externalSessionId", c."name" AS "companyName", f."status", f."at", bool_or(f."isExact") AS "isExact"
           FROM (${lookups.map(({ sql }) => `(${sql})`).join(" UNION ALL ")}) f
           LEFT JOIN "Company" c ON c."id" = f."companyId"
          GROUP BY f."kind", f."id", f."externalSessionId", c."name", f."status", f."at"
          ORDER BY "isExact" DESC, f."at" DESC, f."id" LIMIT ${MOST}`,
        [id],
      ),
    );
    return { found: rows };
  },
});
