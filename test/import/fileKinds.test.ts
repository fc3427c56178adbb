import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { NothingImportedError } from "../../lib/import/tally.ts";
import { type Bench, csvRow, openBench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const MESSAGES = ['Überstunden, bitte; "heute"', "zwei\nZeilen", "kurz"];
const ROWS = MESSAGES.map((message, index) => csvRow({ id: `s${index + 1}`, average: "1.5", message }));
const TEXT = `${ROWS.join("\n")}\n`;

/** The same rows with another delimiter; fields that hold none of the marks stand without quotes. */
function separatedBy(delimiter: string, quoted: boolean): string {
  const cell = (text: string) =>
    quoted || /["\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const rows = MESSAGES.map((message, index) => {
    const times = ["01.03.2024 10:00:00", "01.03.2024 10:05:00"];
    const cells = [`s${index + 1}`, ...times, "192.0.2.1", "NL", "de", "2", "", "", "", "", "1,5", "100", "0,01", ""];
    return [...cells, message].map(cell).join(delimiter);
  });
  return `${rows.join("\n")}\n`;
}

const inWindows1252 = (text: string) => Buffer.from(text, "latin1");
const utf16 = (text: string, { bigEndian = false, mark = true } = {}) => {
  const bytes = Buffer.from(`${mark ? "\uFEFF" : ""}${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};
/** Line ends outside quotes become CR; the one in the message stays. */
const withReturns = (text: string) => text.replaceAll('"\n', '"\r');

async function importBytes(content: string | Buffer) {
  const companyId = await bench.newCompany();
  const file = await bench.writeFile(`${companyId}.csv`, content);
  return { companyId, import: importCsv(bench.ctx, { companyId, source: { kind: "file", path: file } }) };
}

async function messagesOf(companyId: string): Promise<string[]> {
  const { rows } = await bench.pool.query<{ message: string }>(
    `SELECT "initialMessage" AS "message" FROM "SessionImport" WHERE "companyId" = $1 ORDER BY "externalSessionId"`,
    [companyId],
  );
  return rows.map(({ message }) => message);
}

describe("a CSV is read however it is written, and the report says how", () => {
  it.each<[string, string | Buffer]>([
    ["UTF-8, separated by commas, lines end with LF", TEXT],
    ["UTF-8, separated by commas, lines end with LF", `\uFEFF${TEXT}`],
    ["UTF-8, separated by commas, lines end with CR LF", TEXT.replaceAll('"\n', '"\r\n')],
    ["UTF-8, separated by commas, lines end with CR alone", withReturns(TEXT)],
    ["UTF-8, separated by semicolons, lines end with LF", separatedBy(";", true)],
    ["UTF-8, separated by semicolons, lines end with LF", separatedBy(";", false)],
    ["UTF-8, separated by tabs, lines end with LF", separatedBy("\t", false)],
    ["UTF-8, separated by vertical bars, lines end with LF", separatedBy("|", false)],
    ["Windows-1252, separated by commas, lines end with LF", inWindows1252(TEXT)],
    [
      "Windows-1252, separated by semicolons, lines end with CR alone",
      inWindows1252(withReturns(separatedBy(";", true))),
    ],
    ["UTF-16LE, separated by commas, lines end with LF", utf16(TEXT)],
    ["UTF-16BE, separated by commas, lines end with LF", utf16(TEXT, { bigEndian: true })],
    ["UTF-16LE, separated by tabs, lines end with LF", utf16(separatedBy("\t", false), { mark: false })],
    ["UTF-8, separated by commas, lines end with LF, compressed with gzip", gzipSync(TEXT)],
    [
      "Windows-1252, separated by semicolons, lines end with LF, compressed with gzip",
      gzipSync(inWindows1252(separatedBy(";", false))),
    ],
  ])("%s", async (format, content) => {
    const { companyId, import: imported } = await importBytes(content);
    expect(await imported).toMatchObject({ rows: 3, imported: 3, bad: 0, format });
    expect(await messagesOf(companyId)).toEqual(MESSAGES);
    const { rows } = await bench.pool.query(`SELECT "format" FROM "ImportRun" WHERE "companyId" = $1`, [companyId]);
    expect(rows).toEqual([{ format }]);
  });

  it("reads the signs that only Windows-1252 has, wherever in a long file they first come", async () => {
    const plain = Array.from({ length: 6_000 }, (_, index) => csvRow({ id: `a${index}`, message: "plain" }));
    const last = inWindows1252(`${csvRow({ id: "z", message: "X Y" })}\n`.replace("X", "\x80").replace("Y", "\x93"));
    const { companyId, import: imported } = await importBytes(
      Buffer.concat([Buffer.from(`${plain.join("\n")}\n`), last]),
    );
    expect(await imported).toMatchObject({ bad: 0, format: expect.stringContaining("Windows-1252") });
    expect((await messagesOf(companyId)).at(-1)).toBe("€ “");
  });

  it("does not take half a character at the end of a part for another encoding", async () => {
    const plain = Array.from({ length: 6_000 }, (_, index) => csvRow({ id: `a${index}`, message: "plain" }));
    const bytes = Buffer.from(`${plain.join("\n")}\n${csvRow({ id: "z", message: "für 😀" })}\n`);
    for (const cut of [bytes.indexOf("ü") + 1, bytes.indexOf("😀") + 1, bytes.indexOf("😀") + 3]) {
      const companyId = await bench.newCompany();
      let isClosed = false;
      async function* parts() {
        try {
          yield bytes.subarray(0, cut);
          yield bytes.subarray(cut);
        } finally {
          isClosed = true;
        }
      }
      const report = await importCsv(bench.ctx, { companyId, source: { kind: "stream", name: "x", stream: parts() } });
      expect(report).toMatchObject({ bad: 0, format: expect.stringContaining("UTF-8") });
      expect((await messagesOf(companyId)).at(-1)).toBe("für 😀");
      expect(isClosed).toBe(true);
    }
  });

  it("lets go of a sender whose file is refused", async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield Buffer.from("%PDF-1.7 ".repeat(10_000));
      } finally {
        isClosed = true;
      }
    }
    const source = { kind: "stream", name: "x.pdf", stream: endless() } as const;
    const imported = importCsv(bench.ctx, { companyId: await bench.newCompany(), source });
    await expect(imported).rejects.toMatchObject({ code: "csv_other_kind" });
    expect(isClosed).toBe(true);
  });

  it("keeps one wrong line in a file of UTF-8 a bad row, and takes no byte that no encoding knows", async () => {
    const wrong = inWindows1252(`${csvRow({ id: "bad", message: "ü" })}\n`);
    const mixed = await importBytes(
      Buffer.concat([Buffer.from(TEXT), Buffer.from(ROWS[0]?.replace("s1", "s4") ?? ""), Buffer.from("\n"), wrong]),
    );
    expect(await mixed.import).toMatchObject({ imported: 4, bad: 1, badRows: [{ code: "invalid_encoding" }] });
    const unknown = inWindows1252(
      `${csvRow({ id: "ok", message: "ok" })}\n${csvRow({ id: "no", message: "\x81\xfc" })}\n`,
    );
    const neither = await importBytes(unknown);
    expect(await neither.import).toMatchObject({ imported: 1, bad: 1, badRows: [{ code: "invalid_encoding" }] });
  });
});

describe("a file that is no CSV is refused by name", () => {
  it.each<[string, string | Buffer]>([
    ["an .xls spreadsheet", Buffer.from("d0cf11e0a1b11ae1000000", "hex")],
    ["text in UTF-32", Buffer.from("fffe0000730000003100000000000000", "hex")],
    ["an .xlsx spreadsheet", Buffer.from("PK\u0003\u0004 [Content_Types].xml xl/workbook.xml", "latin1")],
    [
      "an .ods spreadsheet",
      Buffer.from("PK\u0003\u0004 mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "latin1"),
    ],
    ["a zip archive", Buffer.from("PK\u0003\u0004 sessions.csv", "latin1")],
    ["compressed in an unsupported format", Buffer.from("BZh91AY")],
    ["a web page (HTML)", "\uFEFF <!DOCTYPE html><html>"],
    ["a web page (HTML)", gzipSync("<html><body>Sign in</body></html>")],
    ["XML", '<?xml version="1.0"?><sessions/>'],
    ["JSON", '\uFEFF[{"id": 1}]'],
    ["JSON", '{ "sessions": [] }'],
    ["a PDF", "%PDF-1.7"],
    ["damaged gzip file", gzipSync(TEXT).subarray(0, 60)],
    ["is empty", ""],
    ["is empty", "\uFEFF\r\n \n"],
    ["is empty", gzipSync("")],
    ["contains no sessions", `${",".repeat(15)}\n`.repeat(3)],
    ["contains no sessions", "sep=;\r\n"],
  ])("%s", async (what, content) => {
    const { companyId, import: imported } = await importBytes(content);
    await expect(imported).rejects.toThrow(what);
    const { rows } = await bench.pool.query(
      `SELECT "error" LIKE '%' || $2 || '%' AS "said", "finishedAt" IS NOT NULL AS "ended" FROM "ImportRun" WHERE "companyId" = $1`,
      [companyId, what],
    );
    expect(rows).toEqual([{ said: true, ended: true }]);
  });

  it("and so is one in which nothing is good, with its bad rows to look at", async () => {
    const { companyId, import: imported } = await importBytes("one,two\nthree\n");
    const error = await imported.catch((failure) => failure);
    expect(error).toBeInstanceOf(NothingImportedError);
    expect(error).toMatchObject({ code: "nothing_imported", report: { rows: 2, bad: 2 } });
    expect(error.message).toBe(
      "None of the 2 rows could be imported (UTF-8, separated by commas, lines end with LF). Line 1: The row has 2 columns instead of 16.",
    );
    const { rows } = await bench.pool.query(
      `SELECT "error" IS NOT NULL AS "failed", (SELECT count(*)::int FROM "ImportBadRow" WHERE "importRunId" = r."id") AS "kept"
         FROM "ImportRun" r WHERE "companyId" = $1`,
      [companyId],
    );
    expect(rows).toEqual([{ failed: true, kept: 2 }]);
  });

  it("says it of one row as of one", async () => {
    const { import: imported } = await importBytes("one,two\n");
    await expect(imported).rejects.toThrow("The only row could not be imported");
  });

  it("does not unpack more than CSV_MAX_BYTES", async () => {
    const companyId = await bench.newCompany();
    const file = await bench.writeFile("bomb.csv.gz", gzipSync("x".repeat(2_000_000)));
    const small = { ...bench.ctx, config: { ...bench.ctx.config, CSV_MAX_BYTES: 1_000_000 } };
    const imported = importCsv(small, { companyId, source: { kind: "file", path: file } });
    await expect(imported).rejects.toMatchObject({ code: "csv_too_large" });
  });
});

describe("ids and times as spreadsheets and clocks make them", () => {
  const row = (id: string, start: string, end: string) => csvRow({ id, start, end });

  it.each(["4.91735E+11", "4,9E+11", "1e+5"])("the shortened number %s is no id", async (id) => {
    const { import: imported } = await importBytes(`${csvRow({ id })}\n${csvRow({ id: "4E11x" })}\n`);
    expect(await imported).toMatchObject({ imported: 1, bad: 1, badRows: [{ line: 1, code: "bad_session_id" }] });
  });

  it("an end in the hour that repeats is not before its start", async () => {
    const companyId = await bench.newCompany("Europe/Amsterdam");
    const text = [
      row("a", "25.10.2026 02:50:00", "25.10.2026 02:10:00"),
      row("b", "25.10.2026 02:10:00", "25.10.2026 02:50:00"),
      row("c", "25.10.2026 01:50:00", "25.10.2026 02:10:00"),
      row("d", "29.03.2026 01:59:00", "29.03.2026 02:30:00"),
      row("e", "25.10.2026 03:10:00", "25.10.2026 02:50:00"),
      row("f", "29.03.2026 02:30:00", "29.03.2026 03:05:00"),
    ].join("\n");
    const file = await bench.writeFile("hours.csv", text);
    const report = await importCsv(bench.ctx, { companyId, source: { kind: "file", path: file } });
    expect(report).toMatchObject({ imported: 5, badRows: [{ line: 5, code: "end_before_start" }] });
    const { rows } = await bench.pool.query(
      `SELECT (extract(epoch FROM "endTime" - "startTime") / 60)::int AS "minutes" FROM "Session" s
         JOIN "SessionImport" i ON i."id" = s."importId" WHERE s."companyId" = $1 ORDER BY i."externalSessionId"`,
      [companyId],
    );
    expect(rows.map(({ minutes }) => minutes)).toEqual([20, 40, 20, 31, 35]);
  });

  it("empty cells at the end of a row are padding, an empty one before it has shifted it", async () => {
    const { import: imported } = await importBytes(`${csvRow({ id: "a" })},,,\n"",${csvRow({ id: "b" })}\n`);
    expect(await imported).toMatchObject({ imported: 1, bad: 1, badRows: [{ line: 2, code: "column_count" }] });
  });
});
