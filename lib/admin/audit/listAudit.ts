import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, id, lineOfText, moment, nextCursor, pageSize, time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { ENTRY_COLUMNS } from "../../audit/entry.ts";
import { Parameters } from "../../db/parameters.ts";

const TIME_LIMIT_MS = 5_000;
const position = z.tuple([z.iso.datetime(), z.string()]);
const outcome = z.enum(["done", "denied", "failed"]);
const named = lineOfText(200);

export const auditRecord = z.object({
  id,
  at: time,
  actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  action: z.string(),
  outcome,
  target: z.object({ type: z.string(), id: z.string().nullable() }).nullable(),
  companyId: z.string().nullable(),
  ipAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  sequence: z
    .number()
    .int()
    .nullable()
    .meta({ description: "Its place in the sealed chain. Null until it is sealed." }),
  hash: z
    .string()
    .nullable()
    .meta({ description: "SHA-256 over the entry, without its address, and the hash before it." }),
});

export const listAudit = defineOperation({
  name: "listAudit",
  summary: "Lists what was done, by whom and with what result, newest first.",
  method: "GET",
  path: "/api/admin/audit",
  permission: "audit.read",
  input: z.strictObject({
    actor: named.optional().meta({ description: "The id of a user or key, or its name at the time." }),
    action: named
      .optional()
      .meta({ description: "For example keys.create. With a dot at the end, all actions that start with it." }),
    target: id.optional().meta({ description: "The id of the object it was done to." }),
    outcome: outcome.optional(),
    from: moment.optional(),
    to: moment.optional().meta({ description: "Before this time." }),
    limit: pageSize,
    cursor,
  }),
  example: { action: "sign_in.", outcome: "failed", limit: 50 },
  output: z.object({ records: z.array(auditRecord), nextCursor }),
  run: async (ctx, { limit, cursor, ...filter }) => {
    const query = { list: "audit", ...filter };
    const after = cursor ? decodeCursor(query, cursor, position) : undefined;
    const p = new Parameters();
    const { actor, action, target, from, to } = filter;
    const conditions = [
      actor && `${p.add(actor)} IN ("actorId", "actorName")`,
      action?.endsWith(".") && `starts_with("action", ${p.add(action)})`,
      action && !action.endsWith(".") && `"action" = ${p.add(action)}`,
      target && `"targetId" = ${p.add(target)}`,
      filter.outcome && `"outcome" = ${p.add(filter.outcome)}`,
      from && `"createdAt" >= ${p.add(from)}`,
      // A position lies before `to` already; of two such bounds PostgreSQL may begin at the farther one.
      to && !after && `"createdAt" < ${p.add(to)}`,
      after && `("createdAt", "id") < (${p.add(after[0])}, ${p.add(after[1])})`,
    ].filter((condition) => typeof condition === "string");
    const sql = `SELECT ${ENTRY_COLUMNS}, "ipAddress", "sequence"::float8 AS "sequence", "hash" FROM "SecurityAuditLog" WHERE ${["true", ...conditions].join(" AND ")}
      ORDER BY "createdAt" DESC, "id" DESC LIMIT ${p.add(limit + 1)}`;
    const { rows } = await readWithin(ctx, TIME_LIMIT_MS, (tx) => tx.query<z.input<typeof auditRecord>>(sql, p.values));
    const records = rows.slice(0, limit);
    const last = rows.length > limit ? records.at(-1) : undefined;
    return { records, nextCursor: last ? encodeCursor(query, [last.at.toISOString(), last.id]) : null };
  },
});
