import { z } from "zod";
import { cursor, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { cursorToPosition, positionToCursor } from "./position.ts";
import { checkFailureFields, requestFilterFields, requestStatus } from "./requestFilter.ts";
import { REQUEST_COLUMNS, requestRow, withHolds } from "./requestRow.ts";
import { checkPrefixes } from "./requestSource.ts";
import { selectRequests } from "./selectRequests.ts";

const TIME_LIMIT_MS = 5_000;

type Listed = Omit<z.input<typeof requestRow>, "heldFor" | "heldUntil">;

/** Stable under writes: a request that keeps its status is on exactly one page, whatever changes meanwhile. */
export const listRequests = defineOperation({
  name: "listRequests",
  summary: "Lists requests in one status, page by page.",
  method: "GET",
  path: "/api/admin/legacy/requests",
  permission: "requests.read",
  input: z
    .strictObject({
      status: requestStatus,
      ...requestFilterFields,
      order: z.enum(["newest", "oldest"]).default("newest"),
      limit: pageSize,
      cursor,
    })
    .superRefine(checkFailureFields),
  example: { status: "processing_failed", limit: 50 },
  output: z.object({ requests: z.array(requestRow), nextCursor }),
  run: async (ctx, { limit, cursor, order, ...filter }) => {
    const query = { list: "requests", order, ...filter };
    const after = cursorToPosition(query, cursor);
    const direction = order === "newest" ? "DESC" : "ASC";
    const rows = await readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
      await checkPrefixes(tx, filter);
      const page = { order, after, limit: limit + 1 };
      const found = await selectRequests<Listed>(
        tx,
        filter,
        page,
        (sql) => `SELECT ${REQUEST_COLUMNS} FROM (${sql}) r JOIN "Company" c ON c."id" = r."companyId"
                   ORDER BY r."requestedAt" ${direction}, r."id" ${direction}`,
      );
      return withHolds(ctx, tx, found);
    });
    const requests = rows.slice(0, limit);
    const last = requests.at(-1);
    return { requests, nextCursor: last && rows.length > limit ? positionToCursor(query, last) : null };
  },
});
