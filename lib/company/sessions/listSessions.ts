import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, moment, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { asTenant, companyIdOf } from "../asTenant.ts";
import { recordList } from "../recordReading.ts";
import { filterFields } from "./filter.ts";
import { readPage } from "./readPage.ts";
import { sessionShape, toSessionRow } from "./sessionRow.ts";

const position = z.tuple([moment, z.string()]);

export const listSessions = defineOperation({
  name: "listSessions",
  summary: "Lists the company's sessions that match a filter, newest first.",
  method: "GET",
  path: "/api/company/sessions",
  permission: "company.sessions.read",
  input: z.strictObject({ ...filterFields, limit: pageSize, cursor }),
  example: { from: "2026-11-01", sentiment: "NEGATIVE", limit: 50 },
  output: z.object({ sessions: z.array(sessionShape), nextCursor }),
  run: async (ctx, { limit, cursor, ...filter }) => {
    const answer = await asTenant(ctx, async (tenant) => {
      const query = { list: "company.sessions", companyId: tenant.company.id, ...filter };
      const after = cursor ? decodeCursor(query, cursor, position) : undefined;
      const rows = await readPage(tenant, filter, { limit: limit + 1, after });
      const sessions = rows.slice(0, limit).map(toSessionRow);
      const last = sessions.at(-1);
      const isMore = rows.length > limit && last;
      return { sessions, nextCursor: isMore ? encodeCursor(query, [last.startTime, last.id]) : null };
    });
    await recordList(ctx, companyIdOf(ctx), filter);
    return answer;
  },
});
