import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, id, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { bigint, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { JOB_STATES, jobShape, SHOWN_COLUMNS, shownColumns } from "./jobShape.ts";

const position = z.tuple([z.iso.datetime(), id]);

export const listJobs = defineOperation({
  name: "listJobs",
  summary: "Lists jobs, newest first. Those that ended more than 90 days ago are gone.",
  method: "GET",
  path: "/api/admin/jobs",
  permission: "jobs.read",
  input: z.strictObject({
    state: z.enum(JOB_STATES).optional(),
    kind: z.string().max(50).optional(),
    companyId: id.optional(),
    limit: pageSize,
    cursor,
  }),
  example: { state: "running", limit: 50 },
  output: z.object({ jobs: z.array(jobShape), nextCursor }),
  run: async (ctx, { limit, cursor, ...filter }) => {
    const query = { list: "jobs", ...filter };
    const [at, id] = cursor === undefined ? [null, null] : decodeCursor(query, cursor, position);
    const rows = await LIST.rows(ctx.db, {
      at: at === null ? null : new Date(at),
      id,
      state: filter.state?.toUpperCase() ?? null,
      kind: filter.kind ?? null,
      companyId: filter.companyId ?? null,
      limit: limit + 1,
    });
    const jobs = rows.slice(0, limit);
    const last = jobs.at(-1);
    const more = last && rows.length > limit;
    return { jobs, nextCursor: more ? encodeCursor(query, [last.createdAt.toISOString(), last.id]) : null };
  },
});

const LIST = statement({
  sql: `SELECT ${SHOWN_COLUMNS} FROM "Job" j LEFT JOIN "Company" c ON c."id" = j."companyId"
         WHERE ($1::timestamptz IS NULL OR (j."createdAt", j."id") < ($1::timestamptz, $2))
           AND ($3::text IS NULL OR j."state"::text = $3) AND ($4::text IS NULL OR j."kind" = $4)
           AND ($5::text IS NULL OR j."companyId" = $5)
         ORDER BY j."createdAt" DESC, j."id" DESC LIMIT $6`,
  params: {
    at: nullable(timestamp),
    id: nullable(text),
    state: nullable(text),
    kind: nullable(text),
    companyId: nullable(text),
    limit: bigint,
  },
  row: shownColumns,
});
