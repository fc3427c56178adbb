import { z } from "zod";
import { BYTE_ORDER_MARK, csvLine } from "../../api/csv.ts";
import { id } from "../../api/fields.ts";
import { streamOf } from "../../api/streamOf.ts";
import { audit, type CallContext, defineVerb } from "../../api/verb.ts";
import { BAD_ROW_CHARACTERS, STORED_BAD_ROWS } from "../../import/limits.ts";
import { readBadRows, readCompanyOfImport, type StoredBadRow } from "./badRows.ts";

const PAGE = 200;

export const exportBadRows = defineVerb({
  name: "exportBadRows",
  summary: `The rows an import left out, at most ${STORED_BAD_ROWS}, as they were in the file, with the code and the reason as two extra columns. Once corrected, the file can be imported as it is.`,
  method: "GET",
  path: "/api/admin/legacy/imports/{id}/bad-rows.csv",
  permission: "imports.reveal",
  input: z.strictObject({ id }),
  example: { id: "import_id_1" },
  output: undefined,
  run: async (ctx, { id }) => {
    const companyId = await readCompanyOfImport(ctx.db, id);
    const target = { type: "import", id };
    await audit(ctx, ctx.db, { action: "imports.download_bad_rows", outcome: "done", target, companyId });
    return { type: "text/csv; charset=utf-8", fileName: `bad-rows-${id}.csv`, content: streamOf(write(ctx, id)) };
  },
});

/** What fails here can no longer be answered as a refusal: the download breaks off, and the log says why. */
async function* write(ctx: CallContext, id: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(BYTE_ORDER_MARK);
  try {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const rows: StoredBadRow[] = await readBadRows(ctx.db, id, { after, limit: PAGE });
      yield encoder.encode(rows.map(toLine).join(""));
      after = rows.length === PAGE ? rows.at(-1)?.line : undefined;
    }
  } catch (error) {
    ctx.log.error({ event: "import.export_failed", importRunId: id, requestId: ctx.requestId, error });
    throw error;
  }
}

/** The row stays untouched, formulas included: a changed one would be imported changed. */
function toLine({ code, reason, raw }: StoredBadRow): string {
  const isCut = raw !== null && raw.length >= BAD_ROW_CHARACTERS;
  const hint = isCut
    ? ` This row is too long to show in full. These are its first ${BAD_ROW_CHARACTERS} characters.`
    : "";
  return `${raw ?? ""},${csvLine([code, reason + hint])}`;
}
