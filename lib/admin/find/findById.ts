import { z } from "zod";
import { externalSessionId, time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { LOOKUPS } from "./lookups.ts";

const TIME_LIMIT_MS = 5_000;
const MOST = 50;

export const found = z.object({
  kind: z.enum(["request", "batch", "import", "bulk", "company"]),
  id: z.string(),
  externalSessionId: z.string().nullable().meta({ description: "Of a request: what the company calls the session." }),
  companyName: z.string().nullable(),
  status: z.string().nullable().meta({ description: "Only for requests and batches." }),
  at: time.meta({ description: "When it was created." }),
  isExact: z
    .boolean()
    .meta({ description: "Whether the search was a complete id: its own or one that belongs to it." }),
});

/** What an id is of need not be known: whoever finds one in a log or an e-mail gets to what it names. */
export const findById = defineOperation({
  name: "findById",
  summary:
    "Finds requests, batches, imports, bulk requeues and companies by id or the start of an id. Requests are also found by their session's id (ours or the company's own), batches by the provider's id for them or for one of their files.",
  method: "GET",
  path: "/api/admin/find",
  permission: "requests.read",
  input: z.strictObject({ id: externalSessionId.meta({ description: "An id of any kind, or the start of one." }) }),
  example: { id: "request_id_1" },
  output: z.object({
    found: z.array(found).meta({ description: "Exact matches first. At most ten of each kind." }),
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
