import { z } from "zod";
import { BYTE_ORDER_MARK } from "../../api/csv.ts";
import { notFound } from "../../api/errors.ts";
import { flag, id } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { known, type RowOf, statement, text, textOf } from "../../db/statement.ts";
import { withoutReports } from "../../import/columnsOf.ts";
import { splitBroken } from "../../import/csv/splitBroken.ts";
import { BAD_ROW_CHARACTERS, STORED_BAD_ROWS } from "../../import/limits.ts";
import { encodeText } from "../../import/source/encode.ts";
import type { Encoding } from "../../import/source/encoding.ts";
import { READ_BAD_ROWS, type StoredBadRow } from "./badRows.ts";

const PAGE = 200;

export const exportBadRows = defineOperation({
  name: "exportBadRows",
  summary: `The rows an import left out, at most ${STORED_BAD_ROWS}, quoted so that every program can read them, with the code and the reason as two extra columns. Once corrected, the file can be imported as it is. Its cells are not changed: a cell that is a formula stays one. \`raw\` returns only the rows, byte for byte as they were in the file.`,
  method: "GET",
  path: "/api/admin/legacy/imports/{id}/bad-rows.csv",
  permission: "imports.reveal",
  input: z.strictObject({ id, raw: flag.default(false) }),
  example: { id: "import_id_1" },
  output: undefined,
  run: async (ctx, { id, raw }) => {
    const file = await READ_FILE.first(ctx.db, { id });
    if (!file) throw notFound("import");
    const target = { type: "import", id };
    await audit(ctx, ctx.db, {
      action: "imports.download_bad_rows",
      outcome: "done",
      target,
      companyId: file.companyId,
      ...(raw ? { details: { raw } } : {}),
    });
    const type = raw ? "application/octet-stream" : "text/csv; charset=utf-8";
    const fileName = `bad-rows-${id}${raw ? "-raw" : ""}.csv`;
    return { type, fileName, content: streamOf(write(ctx, id, raw ? asTheyStood(file) : afresh(file))) };
  },
});

/** How the file was written that the rows come from. */
type WrittenAs = RowOf<typeof READ_FILE>;

interface Form {
  begin: Buffer;
  line(row: StoredBadRow): Buffer;
}

/** What fails here can no longer be answered as a refusal: the download breaks off, and the log says why. */
async function* write(ctx: CallContext, id: string, form: Form): AsyncGenerator<Uint8Array> {
  yield form.begin;
  try {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const rows: StoredBadRow[] = await READ_BAD_ROWS.rows(ctx.db, {
        importRunId: id,
        after,
        code: null,
        limit: PAGE,
      });
      yield Buffer.concat(rows.map(form.line));
      after = rows.length === PAGE ? rows.at(-1)?.line : undefined;
    }
  } catch (error) {
    ctx.log.error({ event: "import.export_failed", importRunId: id, requestId: ctx.requestId, error });
    throw error;
  }
}

function asTheyStood({ encoding, lineEnds }: WrittenAs): Form {
  const end = encodeText({ LF: "\n", CRLF: "\r\n", CR: "\r" }[lineEnds], encoding);
  const isWide = encoding === "UTF-16LE" || encoding === "UTF-16BE";
  return {
    begin: isWide ? encodeText(BYTE_ORDER_MARK, encoding) : Buffer.alloc(0),
    line: ({ raw, bytes }) => {
      const row = bytes && encoding === "UTF-8" ? bytes : encodeText(bytes?.toString("utf8") ?? raw ?? "", encoding);
      return Buffer.concat([row, end]);
    },
  };
}

/** The fields stay as they are, formulas included: a changed one would be imported changed. */
function afresh({ delimiter }: WrittenAs): Form {
  return {
    begin: Buffer.from(BYTE_ORDER_MARK),
    line: ({ code, reason, raw }) => {
      const isCut = raw !== null && raw.length >= BAD_ROW_CHARACTERS;
      const hint = isCut
        ? ` This row is too long to show in full. These are its first ${BAD_ROW_CHARACTERS} characters.`
        : "";
      const { fields } = withoutReports(splitBroken(raw ?? "", delimiter));
      const cells = [...fields, code, reason + hint];
      return Buffer.from(`${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\r\n`);
    },
  };
}

const READ_FILE = statement({
  sql: `SELECT "companyId", COALESCE("encoding", 'UTF-8') AS "encoding", COALESCE("delimiter", ',') AS "delimiter",
               COALESCE("lineEnds", 'LF') AS "lineEnds" FROM "ImportRun" WHERE "id" = $1`,
  params: { id: text },
  row: {
    companyId: text,
    encoding: known(textOf<Encoding>()),
    delimiter: known(text),
    lineEnds: known(textOf<"LF" | "CRLF" | "CR">()),
  },
});
