import { z } from "zod";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { columnsOf, filterFields, LIST_NAMES, type ListName, type Row, readPages } from "./lists.ts";
import { writeCsv } from "./writeCsv.ts";

const MOST_ROWS = 1_000_000;

export const exportList = defineOperation({
  name: "exportList",
  summary: `Exports a whole list as CSV, with the same filters, order and permission as the list. At most ${MOST_ROWS} rows.`,
  method: "GET",
  path: "/api/admin/export",
  permission: "lists.export",
  input: z.strictObject({ format: z.literal("csv"), list: z.enum(LIST_NAMES), ...filterFields }),
  example: { format: "csv", list: "requests", status: "processing_failed" },
  output: undefined,
  run: async (ctx, { format, list, ...filter }) => {
    const pages = readPages(ctx, list, filter);
    // The first page is read before anything is answered: what the list refuses is refused, not cut off.
    const first = await pages.next();
    await audit(ctx, ctx.db, {
      action: "lists.export",
      outcome: "done",
      target: { type: "list", id: list },
      details: { format, filter },
    });
    const content = streamOf(writeCsv(columnsOf(list), reported(ctx, list, first, pages), MOST_ROWS));
    return {
      type: "text/csv; charset=utf-8",
      fileName: `${list}-${ctx.clock.now().toISOString().slice(0, 10)}.csv`,
      content,
    };
  },
});

/** What fails from here on can no longer be answered as a refusal: the download breaks off, and the log says why. */
async function* reported(
  ctx: CallContext,
  list: ListName,
  first: IteratorResult<Row[]>,
  rest: AsyncGenerator<Row[]>,
): AsyncGenerator<Row[]> {
  const ended = { event: "export.ended", list, requestId: ctx.requestId, rows: 0, whole: false };
  try {
    for (let page = first; !page.done; page = await rest.next()) {
      ended.rows += page.value.length;
      yield page.value;
    }
    ended.whole = true;
  } catch (error) {
    ctx.log.error({ event: "export.failed", list, requestId: ctx.requestId, error });
    throw error;
  } finally {
    ctx.log.info(ended);
  }
}
