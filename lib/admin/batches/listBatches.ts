import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, id, modelName, moment, nextCursor, pageSize } from "../../api/fields.ts";
import { type CallContext, defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { LIVE } from "../../batches/states.ts";
import { stuckReason } from "../../batches/stuck.ts";
import { type BatchColumns, batchColumns, batchRow, batchStatus, toBatchRow } from "./batchRow.ts";

const TIME_LIMIT_MS = 5_000;
const END_OF_TIME = Date.UTC(9999, 0);
const position = z.tuple([z.number().int().min(0).max(END_OF_TIME), id]);

const filterFields = {
  status: batchStatus.optional(),
  companyId: id.optional(),
  model: modelName.optional(),
  olderThan: moment.optional().meta({ description: "Created before this moment." }),
  newerThan: moment.optional().meta({ description: "Created at this moment or later." }),
  stuck: flag.optional().meta({ description: "Only batches that will not finish on their own." }),
};
const order = z.enum(["newest", "oldest"]).default("newest");

type Row = z.input<typeof batchRow>;
type Query = { order: z.output<typeof order> } & z.output<z.ZodObject<typeof filterFields>>;

export const listBatches = defineOperation({
  name: "listBatches",
  summary: "Lists batches with their history, page by page.",
  method: "GET",
  path: "/api/admin/batches",
  permission: "batches.read",
  input: z.strictObject({ ...filterFields, order, limit: pageSize, cursor }),
  example: { status: "in_progress", limit: 50 },
  output: z.object({ batches: z.array(batchRow), nextCursor }),
  run: async (ctx, { limit, cursor, ...query }) => {
    const list = { list: "batches", ...query };
    const after = cursor ? decodeCursor(list, cursor, position) : undefined;
    const rows = await selectBatches(ctx, query, after, limit + 1);
    const batches = rows.slice(0, limit);
    const last = batches.at(-1);
    const isMore = rows.length > limit;
    return { batches, nextCursor: last && isMore ? encodeCursor(list, [last.createdAt.getTime(), last.id]) : null };
  },
});

/** Neither part of a position ever changes in a batch, so a page loses and doubles nothing. */
async function selectBatches(
  ctx: CallContext,
  query: Query,
  after: z.output<typeof position> | undefined,
  limit: number,
): Promise<Row[]> {
  const values: unknown[] = [];
  const put = (value: unknown) => `$${values.push(value)}`;
  const now = `${put(ctx.clock.now())}::timestamptz`;
  const columns = batchColumns(ctx, now);
  const [sign, direction] = query.order === "newest" ? ["<", "DESC"] : [">", "ASC"];
  const conditions = ["true"];
  if (query.status) conditions.push(`b."status" = ${put(query.status.toUpperCase())}::"AIBatchRequestStatus"`);
  if (query.companyId) conditions.push(`b."companyId" = ${put(query.companyId)}`);
  if (query.model) conditions.push(`b."model" = ${put(query.model)}`);
  if (query.olderThan) conditions.push(`b."createdAt" < ${put(new Date(query.olderThan))}`);
  if (query.newerThan) conditions.push(`b."createdAt" >= ${put(new Date(query.newerThan))}`);
  if (query.stuck) conditions.push(`b."status" IN ${LIVE}`, `${stuckReason(ctx, "b", now)} IS NOT NULL`);
  if (after) conditions.push(`(b."createdAt", b."id") ${sign} (${put(new Date(after[0]))}, ${put(after[1])})`);
  const sql = `SELECT ${columns} FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId"
    WHERE ${conditions.join(" AND ")} ORDER BY b."createdAt" ${direction}, b."id" ${direction} LIMIT ${put(limit)}`;
  return readWithin(ctx, TIME_LIMIT_MS, async (tx) => (await tx.query<BatchColumns>(sql, values)).rows.map(toBatchRow));
}
