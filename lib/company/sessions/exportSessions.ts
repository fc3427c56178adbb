import { z } from "zod";
import { BYTE_ORDER_MARK, csvLine } from "../../api/csv.ts";
import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { isStillAllowed } from "../../auth/stillAllowed.ts";
import { asTenant, companyIdOf } from "../asTenant.ts";
import { countMatching } from "./countSessions.ts";
import { filterFields, type SessionFilter } from "./filter.ts";
import { type AskingSession, readPageWithQuestions } from "./readPage.ts";
import { sessionShape, toSessionRow } from "./sessionRow.ts";

/** How many sessions a file takes. */
export const MOST_EXPORTED = 500_000;
const PAGE = 1_000;
const PERMISSION = "company.sessions.export";
const COLUMNS = sessionShape.keyof().options;

export const exportSessions = defineOperation({
  name: "exportSessions",
  summary: `Exports the company's sessions that match a filter as CSV, newest first. At most ${MOST_EXPORTED}.`,
  method: "GET",
  path: "/api/company/sessions/export",
  permission: PERMISSION,
  input: z.strictObject(filterFields),
  example: { from: "2026-11-01", to: "2026-11-30" },
  output: undefined,
  run: async (ctx, filter) => {
    const sessions = await asTenant(ctx, (tenant) => countMatching(tenant, filter));
    if (sessions > MOST_EXPORTED) {
      const sentence = `This selection has ${sessions} sessions, but a file can hold at most ${MOST_EXPORTED}. Choose a shorter period.`;
      throw new RefusedError("too_large", sentence);
    }
    const filters = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    const companyId = companyIdOf(ctx);
    const details = { sessions, filters };
    await audit(ctx, ctx.db, { action: "company.sessions.export", outcome: "done", companyId, details });
    const fileName = `sessions-${ctx.clock.now().toISOString().slice(0, 10)}.csv`;
    return { type: "text/csv; charset=utf-8", fileName, content: streamOf(write(ctx, filter)) };
  },
});

/**
 * Page by page, each read when the one before is on its way: whoever downloads slowly holds neither memory nor a
 * connection. What fails now can no longer be answered as a refusal: the download breaks off, and the log says why.
 */
async function* write(ctx: CallContext, filter: SessionFilter): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(BYTE_ORDER_MARK + csvLine([...COLUMNS, "questions", "topics"]));
  let after: readonly [Date, string] | undefined;
  try {
    do {
      if (!(await isStillAllowed(ctx, ctx.actor, PERMISSION))) {
        throw new RefusedError("unauthenticated", "The session in which this download was started has ended.");
      }
      const rows = await asTenant(ctx, (tenant) => readPageWithQuestions(tenant, filter, { limit: PAGE, after }));
      yield encoder.encode(rows.map(toLine).join(""));
      const last = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last && [last.startTime, last.id];
    } while (after);
  } catch (error) {
    ctx.log.error({ event: "company.export_failed", requestId: ctx.requestId, error });
    throw error;
  }
}

function toLine(row: AskingSession): string {
  const { questions, topics, ...session } = row;
  const read = toSessionRow(session);
  return csvLine([...COLUMNS.map((column) => read[column]), questions, topics]);
}
