import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { describeFormat } from "../../lib/import/csv/format.ts";
import { openFetcher } from "../../lib/import/http/fetchLimited.ts";
import { isPublicAddress } from "../../lib/import/http/publicAddress.ts";
import { type ReadChunk, readChunks } from "../../lib/import/readChunks.ts";
import { openCsv } from "../../lib/import/source/openCsv.ts";
import { createTimeReader } from "../../lib/import/timeZone.ts";
import { countLoopTurns } from "../support/loopTurns.ts";

const CONFIG = readConfig({});
const ZONE = "Europe/Amsterdam";
const READER = { timeZone: ZONE, readTime: createTimeReader(ZONE) };

/** Reads a file as an import does, without a database; `pieces` is how many bytes of it come at a time. */
async function read(content: string | Buffer, pieces = 1_000_000) {
  const bytes = Buffer.from(content as string);
  async function* stream() {
    for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces);
  }
  const fetcher = openFetcher(isPublicAddress);
  const stopping = new AbortController().signal;
  const source = { kind: "stream", name: "f.csv", stream: stream() } as const;
  try {
    const opened = await openCsv(source, { fetcher, credentials: undefined, config: CONFIG, stopping });
    const chunks: ReadChunk[] = [];
    for await (const chunk of readChunks(opened, READER)) chunks.push(chunk);
    return {
      rows: chunks.flatMap(({ rows }) => rows),
      bad: chunks.flatMap((chunk) => chunk.bad.map(({ line, code }) => `${line} ${code}`)),
      reasons: chunks.flatMap((chunk) => chunk.bad.map(({ reason }) => reason)),
      warnings: chunks.flatMap(({ warnings }) => warnings.list().map(({ code }) => code)),
      format: describeFormat(opened.format()),
    };
  } finally {
    await fetcher.close();
  }
}

const START = "03.11.2026 09:00:00";
const END = "03.11.2026 09:05:00";
function cellsOf(id: string, other: Record<number, string> = {}): string[] {
  const cells = [id, START, END, "192.0.2.1", "NL", "nl", "2", "", "", "", "", "1.5", "100", "0.01", "", `Hoi ${id}`];
  return cells.map((cell, index) => other[index] ?? cell);
}
const line = (cells: readonly string[], delimiter = ",") =>
  cells
    .map((cell) => (cell.includes(delimiter) || /["\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(delimiter);
const row = (id: string, other?: Record<number, string>) => line(cellsOf(id, other));
const quoted = (id: string) => cellsOf(id).map((cell) => `"${cell}"`);
const idsOf = ({ rows }: { rows: { id: string }[] }) => rows.map(({ id }) => id).join(" ");

describe("line ends of several kinds", () => {
  it.each<[string, string]>([
    ["CR first, then LF", `${row("a")}\r${row("b")}\n${row("c")}\n`],
    ["CR first, then CR LF", `${row("a")}\r${row("b")}\r\n${row("c")}\r\n`],
    ["CR LF, one of them CR", `${row("a")}\r\n${row("b")}\r${row("c")}\r\n`],
    ["LF, and CR after a quote", `${quoted("a")}\n${quoted("b")}\r${quoted("c")}\n`],
    ["LF, and CR before a quote", `${row("a")}\n${row("b")}\r${quoted("c")}\n`],
    ["CR CR LF", `${row("a")}\r\r\n${row("b")}\r\r\n${row("c")}\r\r\n`],
    ["LF CR", `${row("a")}\n\r${row("b")}\n\r${row("c")}`],
    ["LF once, CR behind it", `${row("a")}\n${row("b")}\r${row("c")}`],
  ])("%s: every row is read, wherever the file is cut", async (_, text) => {
    for (const pieces of [1_000_000, 7, 1]) {
      const found = await read(text, pieces);
      expect([idsOf(found), found.bad]).toEqual(["a b c", []]);
    }
  });

  it("a stray CR inside a text is part of the text, and a short row takes no neighbour with it", async () => {
    const stray = await read(`${row("a").replace("Hoi a", "Hoi\rdaar")}\n${row("b")}\n`);
    expect(stray.rows.map(({ raw }) => raw.initialMessage)).toEqual(["Hoi\rdaar", "Hoi b"]);
    const short = await read(`${row("a")}\n${row("b").slice(0, 60)}\r${row("c")}\n`);
    expect([idsOf(short), short.bad]).toEqual(["a c", ["2 column_count"]]);
  });

  it("lines are counted as an editor counts them", async () => {
    const found = await read(`${row("a")}\n${row("b")}\r${row("c")}\n${row("d")}\n`);
    expect(found.rows.map((each) => each.line)).toEqual([1, 2, 3, 4]);
  });
});

describe("quotes", () => {
  it.each<[string, string]>([
    ["blanks before them", quoted("a").join(", ")],
    ["blanks behind them", quoted("a").join(" ,")],
    ["blanks behind commas", cellsOf("a").join(", ")],
    [
      "every cell a formula",
      cellsOf("a")
        .map((cell) => `="${cell}"`)
        .join(","),
    ],
    ["a quoted formula", `"=""a""",${line(cellsOf("a").slice(1))}`],
  ])("with %s are read", async (_, text) => {
    const found = await read(`${text}\n`);
    expect([idsOf(found), found.bad]).toEqual(["a", []]);
    expect(found.rows[0]?.raw.initialMessage?.trim()).toBe("Hoi a");
  });

  it("that a backslash stands before break the row, and the reason says how to write them", async () => {
    const { reasons } = await read(`${row("a").replace("Hoi a", '"say \\"hi\\" now"')}\n${row("b")}\n`);
    expect(reasons).toEqual([expect.stringContaining("must be written twice")]);
  });
});

describe("what a file is written in", () => {
  const wide = (text: string) => Buffer.from(text, "utf16le");
  it.each<[string, string, Buffer]>([
    ["UTF-16LE", "Cyrillic without a mark", wide(row("a", { 15: "ж".repeat(600) }))],
    ["UTF-16LE", "Ā, whose other half is zero, without a mark", wide(row("a", { 15: "Łódź Ā" }))],
    ["UTF-16BE", "Chinese without a mark", wide(row("a", { 15: "漢".repeat(600) })).swap16()],
    ["UTF-8", "a mark twice", Buffer.from(`\uFEFF\uFEFF${row("a")}`)],
    ["UTF-8", "a mark in the middle", Buffer.from(`${row("a")}\n\uFEFF${row("b")}`)],
  ])("is found: %s, %s", async (encoding, _, bytes) => {
    const found = await read(bytes);
    expect(found.bad).toEqual([]);
    expect(found.rows[0]?.id).toBe("a");
    expect(found.format).toContain(encoding);
  });

  it("is told where a text was misread before", async () => {
    const garbled = Buffer.from(Buffer.from(row("a", { 15: "für mich" })).toString("latin1"));
    expect((await read(garbled)).warnings).toEqual(["garbled_characters"]);
    expect((await read(row("a", { 15: "für São Paulo" }))).warnings).toEqual([]);
    const asWindows = new TextDecoder("windows-1252");
    for (const text of ["Cześć łódź", "Привет", "ok 🙂", "GRÅ"]) {
      const misread = asWindows.decode(Buffer.from(text));
      expect([text, (await read(row("a", { 15: misread }))).warnings]).toEqual([text, ["garbled_characters"]]);
      expect((await read(row("a", { 15: `${text} “SMÅ” SEÑ… Å–` }))).warnings).toEqual([]);
    }
  });

  it.each<[string, string]>([
    ["Mac Roman", "m\x9Achte f\x9Fr"],
    ["Mac Roman", "Gespr\x8Ach"],
    ["cp850", "sch\x94n"],
    ["cp850", "f\x84llt"],
    ["cp1251", "\xCF\xF0\xE8\xE2\xE5\xF2"],
  ])("is told of a file in %s, which is read as Windows-1252: %j", async (_, text) => {
    const found = await read(Buffer.from(row("a", { 15: text }), "latin1"));
    expect([found.format, found.warnings]).toEqual([expect.stringContaining("Windows-1252"), ["garbled_characters"]]);
  });

  it("is not told of what Windows-1252 is for", async () => {
    const text =
      "cr\xE9\xE9e \x84Ja\x93 \x94nee\x94 Du\x9Aan \x8Akoda L'HA\x9F \xF6\xF6\xF6\xF6\xF6\xF6 t\xE4\xE4\xE4\xE4";
    expect((await read(Buffer.from(row("a", { 15: text }), "latin1"))).warnings).toEqual([]);
  });

  it.each([2, 3])("is unpacked when it was compressed %i times", async (times) => {
    let bytes: Buffer = Buffer.from(`${row("a")}\n`);
    for (let time = 0; time < times; time += 1) bytes = gzipSync(bytes);
    expect(idsOf(await read(bytes))).toBe("a");
  });
});

describe("no CSV", () => {
  const tar = Buffer.alloc(1_024);
  tar.write("sessions.csv");
  tar.write("ustar", 257);
  const ascii = (text: string) => Buffer.from(text, "latin1");
  it.each<[string, Buffer]>([
    ["is a tar archive", tar],
    ["is a tar archive", gzipSync(tar)],
    ["is a zip archive", gzipSync(ascii("PK\x03\x04 sessions.csv"))],
    ["is a PDF", ascii("\n%PDF-1.4")],
    ["is a picture", ascii("\x89PNG\r\n\x1a\n")],
    ["is an RTF document", ascii("{\\rtf1\\ansi}")],
    ["is a database or data file", ascii("SQLite format 3\0")],
    ["is XML", ascii("<sessions><session/></sessions>")],
    ["is a binary file", deflateSync(Array.from({ length: 400 }, (_, index) => row(`s${index * 7919}`)).join("\n"))],
    ["more than 3 times", gzipSync(gzipSync(gzipSync(gzipSync("x"))))],
    ["is empty", Buffer.alloc(100)],
    ["is empty", Buffer.from("fffe", "hex")],
  ])("%s", async (said, bytes) => {
    await expect(read(bytes)).rejects.toThrow(said);
  });
});

describe("column names", () => {
  const NAMES = ["Session ID", "Start time", "End time", "IP", "Country", "Language", "Messages", "Sentiment"];
  const ALL = [...NAMES, "Escalated", "HR", "Transcript", "Avg", "Tokens", "EUR", "Category", "Message"];
  const renamed = (names: Record<number, string>) => line(ALL.map((name, index) => names[index] ?? name));
  it.each<[string, string]>([
    ["1", `\uFEFF${ALL.map((name) => `" ${name.toUpperCase()} "`).join(";")}`],
    ["1", renamed({ 1: "Begintijd (24u)", 2: "Eindtijd (24u)" })],
    ["1", renamed({ 1: "", 2: "" })],
    ["1", renamed({ 1: "Time", 2: "Time" })],
    ["1", line(ALL.slice(0, 15))],
    ["1", `${line(ALL)},,`],
    ["2", `sep=;\n${ALL.join(";")}`],
    ["3", `\n\n${line(ALL)}`],
  ])("on line %s are known as such: %j", async (at, header) => {
    const delimiter = header.includes(";") ? ";" : ",";
    const found = await read(`${header}\n${line(cellsOf("a"), delimiter)}\n`);
    expect([idsOf(found), found.bad]).toEqual(["a", [`${at} header_row`]]);
  });

  it("are so in the middle of files that were joined too, and words in a session's times are not", async () => {
    const found = await read(`${row("a")}\n${line(ALL)}\n${row("b", { 1: "gisteren", 2: "vandaag" })}\n`);
    expect(found.bad).toEqual(["2 header_row", "3 bad_date"]);
  });
});

describe("ids", () => {
  it.each(["4,91735E11", "4.91735e11", "1E+03", "#WERT!", "#BEZUG!", "#NV", "#GETAL!", "#N/B", "#¿NOMBRE?", "Err:502"])(
    "that a spreadsheet or a program has spoilt, in any language, are bad: %s",
    async (id) => expect((await read(row(id))).bad).toEqual(["1 bad_session_id"]),
  );
  it.each(["#N/DISP", "#N/D", "#Н/Д", "#GETTING_DATA", "#DIV/0!", "#¡DIV/0!", "#ЗНАЧ!", "4.9E8", "##"])(
    "that a spreadsheet shows where it has no value are bad: %s",
    async (id) => expect((await read(row(id))).bad).toEqual(["1 bad_session_id"]),
  );
  it.each([
    "#NB",
    "#nr",
    "#new",
    "#no",
    "#n/b7",
    "#A/B",
    "#12!",
    "#room1!",
    "#0!",
    "#",
    "1.2e3",
    "1.5e6",
    "n.a.1",
    "null7",
  ])("that only look like it are ids: %s", async (id) => expect(idsOf(await read(row(id)))).toBe(id));
  it.each(["NULL", "n/a", "n.a.", "n.v.t.", "k.A.", "undefined", "-", "NaN", "(null)", "<null>", "[None]", "\\N", "?"])(
    "that stand for none are bad: %s",
    async (id) => {
      expect((await read(`${row("a")}\n${row(id)}`)).bad).toEqual(["2 bad_session_id"]);
    },
  );
  it.each([
    ['="0012"', "0012"],
    ["'0012", "0012"],
    ["\u202As1\u200E", "s1"],
    ["\u2060s1\u00AD", "s1"],
    ["e\u0301", "\u00E9"],
    ["1E3", "1E3"],
    ["NULL-7", "NULL-7"],
  ])("%j means %s", async (id, meant) => {
    expect(idsOf(await read(`${id},${line(cellsOf("x").slice(1))}\n`))).toBe(meant);
  });
});

describe("times", () => {
  it.each([
    "3.11.2026 9:00",
    "03.11.2026, 09:00:00",
    "03.11.2026\u00A009:00:00",
    "03.11.2026T09:00:00.000",
    "\u200E03.11.2026  09:00:00",
    "3-11-2026 09:00",
    "2026-11-03 09:00:00",
    "2026/11/03 09:00",
    "2026-11-03T08:00:00Z",
    "2026-11-03 09:00:00 +0100",
    "2026-11-03T03:00:00-05:00",
    "2026-11-03 09:00:00+01",
    "2026-11-03 09:00:00.5+01",
    "2026-11-03 09:00 CET",
    "03.11.2026 10:00:00 CEST",
    "03.11.2026 09:00 MEZ",
    "03.11.2026 08:00:00 GMT",
    "03.11.2026 09:00:00+01:00",
    "03-11-2026 00:00:00 PST",
    "2026/11/3 9:00",
    "2026-11-3 9:00:00",
    "3. 11. 2026 9:00:00",
    "3.11.2026. 9:00:00",
    "2026. 11. 03. 9:00:00",
    "03.11.2026 09.00.00",
    "3.11.2026 9.00",
    "2026-11-03 9:00:00 AM",
    "2026-11-03 9:00 a.m.",
    "2026/11/03 09:00:00 am",
    "2026-11-03t08:00:00z",
    "2026-11-03t09:00:00.000+01:00",
  ])("are read as people and spreadsheets write them: %j", async (time) => {
    const { rows, warnings } = await read(row("a", { 1: time, 2: time }));
    expect(rows.map(({ startTime }) => startTime)).toEqual(["2026-11-03T08:00:00.000Z"]);
    expect(warnings).toEqual(/:\d\d:\d\d|\.00\.00/.test(time) ? [] : ["time_without_seconds"]);
  });
  it.each([
    "03/11/2026 09:00:00",
    "11/03/2026 9:00 AM",
    "03.11.26 09:00",
    "03.11.2026",
    "46329.375",
    "2026-02-30 09:00",
    "03.11.9999 09:00:00",
    "03.11.2026 09:00 CST",
    "03.11.2026 09:00-12:00",
    "2026-11-03 09:00-12",
    "2026-11-03 09:00:00+1",
    "2026-02-30 09:00:00+01",
    "03.11.2026 09:00 uur",
    "11-03-2026 9:00:00 AM",
    "2026-11-03 14:00:00 AM",
    "2026-13-03 9:00",
    "3.11.26 9.00",
    "03.11.2026 09.00:00",
    "2026-11/3 9:00",
  ])("that may mean two things, or nothing, are bad: %s", async (time) =>
    expect((await read(row("a", { 1: time }))).bad).toEqual(["1 bad_date"]),
  );
  it("are read by the twelve hours of a clock", async () => {
    const clocks = ["12:30:00 AM", "9:05:00 PM", "12:30:00 pm", "13:00:00 PM"];
    const { rows } = await read(
      clocks.map((clock) => row("a", { 1: "2026-11-02 00:00:00", 2: `2026-11-03 ${clock}` })).join("\n"),
    );
    expect(rows.map(({ endTime }) => endTime.slice(0, 16))).toEqual([
      "2026-11-02T23:30",
      "2026-11-03T20:05",
      "2026-11-03T11:30",
      "2026-11-03T12:00",
    ]);
  });
  it("with the month first are bad, and said to throw doubt on the others of their file", async () => {
    const at = (day: string) => ({ 1: `${day} 09:00:00`, 2: `${day} 09:05:00` });
    const found = await read(`${row("a", at("11-03-2026"))}\n${row("b", at("11-13-2026"))}\n`);
    expect([idsOf(found), found.bad, found.warnings]).toEqual(["a", ["2 bad_date"], ["month_first"]]);
    expect(found.reasons).toEqual([expect.stringContaining("Column 2 (start) has its month first. Write the dates")]);
    expect((await read(`${row("a", at("13-11-2026"))}\n${row("b", at("31-13-2026"))}\n`)).warnings).toEqual([]);
  });
  it("show that cells have shifted, however they are written", async () => {
    const shifted = ["3. 11. 2026 9:00:00", "2026/11/3 9:00"].map((time) => row("a", { 3: time })).join("\n");
    expect((await read(shifted)).bad).toEqual(["1 shifted_cells", "2 shifted_cells"]);
  });
  it("in the night of the change keep their order, whatever they are written in", async () => {
    const { rows } = await read(row("a", { 1: "2026-10-25 02:50", 2: "25.10.2026 02:10" }));
    expect(rows).toMatchObject([{ startTime: "2026-10-25T00:50:00.000Z", endTime: "2026-10-25T01:10:00.000Z" }]);
  });
});

describe("numbers", () => {
  it.each<[string, number | null]>([
    ["1.234,56", 1234.56],
    ["1,234.56", 1234.56],
    ["1 234,5", 1234.5],
    ["1\u00A0234", 1234],
    ["1'234.5", 1234.5],
    ["1.234.567", 1234567],
    ["0,01 €", 0.01],
    [".5", 0.5],
    ["1.234", 1.234],
    ["-", null],
    ["N/A", null],
    ["NaN", null],
  ])("%s is %s", async (text, number) => {
    const { rows } = await read(row("a", { 11: text, 12: text, 13: text }));
    expect(rows.map(({ avgResponseTime }) => avgResponseTime)).toEqual([number]);
  });
  it.each<[string, number]>([
    ["1.000", 1000],
    ["1,234", 1234],
    ["12.345", 12345],
    ["7", 7],
    ["7.0", 7],
    ["0.000", 0],
    ["1.0000", 1],
  ])("%s is the whole number %s", async (text, number) => {
    const { rows } = await read(row("a", { 6: text }));
    expect(rows.map(({ messagesSent }) => messagesSent)).toEqual([number]);
  });
  it.each(["1.5", "1.23", "0.500", "-1.000", "1.234.5"])("%s is no whole number", async (text) => {
    expect((await read(row("a", { 6: text }))).bad).toEqual(["1 bad_number"]);
  });
  it.each(["1.23.456,7", "00:01:30", "1,5 sec", "0x10"])("%s is none", async (text) => {
    expect((await read(row("a", { 11: text }))).bad).toEqual(["1 bad_number"]);
  });
});

it("what holds nothing is no row: blanks, zeros at the end of a file, empty cells", async () => {
  const found = await read(`${row("a")}\n   \n ; ; \n${" ,".repeat(15)} \n\0\0\0\0`.replace(" ; ; \n", ""));
  expect([idsOf(found), found.bad]).toEqual(["a", []]);
});

it("while rows are read, the statements of those before have their turn, though the whole file is there at once", async () => {
  const ids = Array.from({ length: 2_000 }, (_, n) => `s${n}`);
  const turns = countLoopTurns();
  const found = await read(ids.map((id) => row(id)).join("\n"));
  expect(turns()).toBeGreaterThan(180);
  expect(idsOf(found)).toBe(ids.join(" "));
});
