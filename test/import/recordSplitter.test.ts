import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvRecord, RecordSplitter } from "../../lib/import/csv/recordSplitter.ts";
import { splitBroken } from "../../lib/import/csv/splitBroken.ts";
import type { BadRow } from "../../lib/import/row.ts";

function split(text: string | Buffer, options: { pieces?: number; maxRecordBytes?: number } = {}) {
  const bytes = Buffer.from(text);
  const splitter = new RecordSplitter(options.maxRecordBytes ?? 1_000);
  const size = options.pieces ?? Math.max(bytes.length, 1);
  const found: (CsvRecord | BadRow)[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)));
  return [...found, ...splitter.push(new Uint8Array(), true)];
}

const brief = (records: (CsvRecord | BadRow)[]) =>
  records.map((record) => [record.line, "code" in record ? record.code : record.fields.join("|")]);

describe("RecordSplitter", () => {
  it.each([1, 2, 3, 7, 1_000])("reads records, quotes, CRLF, empty lines and a BOM in pieces of %i bytes", (pieces) => {
    const text = '\uFEFFa,b\r\n"c,""d""","e\r\nf"\n\n\r\n,\n"é",\u2028x\nlast,row';
    expect(brief(split(text, { pieces }))).toEqual([
      [1, "a|b"],
      [2, 'c,"d"|e\r\nf'],
      [6, "|"],
      [7, "é|\u2028x"],
      [8, "last|row"],
    ]);
  });

  it.each([1, 4, 1_000])("loses only the line of a broken quote, in pieces of %i bytes", (pieces) => {
    const text = 'a,"open\nb,"fine, here"\nc,"x"y\nd,in"side\ne,ok\n"multi\nline",f\ng,"never closed\nh,i\n';
    expect(brief(split(text, { pieces }))).toEqual([
      [1, "broken_quoting"],
      [2, "b|fine, here"],
      [3, "broken_quoting"],
      [4, "broken_quoting"],
      [5, "e|ok"],
      [6, "multi\nline|f"],
      [8, "broken_quoting"],
      [9, "h|i"],
    ]);
  });

  it.each([3, 1_000])(
    "bounds the record: an open quote and an endless line cost one row each (pieces of %i)",
    (pieces) => {
      const open = `a,"open\n${"b,c\n".repeat(10)}`;
      const endless = `${"x".repeat(200)},y\nd,e\n`;
      const long = `"${"z\n".repeat(30)}",long\nf,g\n`;
      const found = brief(split(open + endless + long, { pieces, maxRecordBytes: 40 }));
      expect(found.slice(0, 2)).toEqual([
        [1, "broken_quoting"],
        [2, "b|c"],
      ]);
      expect(found.slice(11, 13)).toEqual([
        [12, "record_too_long"],
        [13, "d|e"],
      ]);
      expect(found.at(-1)?.[1]).toBe("f|g");
      expect(found.at(-1)?.[0]).toBe(45);
    },
  );

  it("finds rows that are not UTF-8 and keeps their neighbours", () => {
    const text = Buffer.concat([Buffer.from("a,b\nStra"), Buffer.from([0xdf]), Buffer.from("e,x\nc,d\n")]);
    expect(brief(split(text, { pieces: 2 }))).toEqual([
      [1, "a|b"],
      [2, "invalid_encoding"],
      [3, "c|d"],
    ]);
  });

  it("agrees with csv-parse on every well-formed file, however it is cut", () => {
    const field = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", "\r\n", "\u2028", "😀", " "), maxLength: 8 }),
      fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.toWellFormed()),
    );
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 40 }), fc.constantFrom("\n", "\r\n"), (table, pieces, end) => {
        const text = table
          .map((row) => row.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(","))
          .map((row) => row + end)
          .join("");
        const ours = split(text, { pieces });
        const oracle: string[][] = parse(text, { bom: true, relax_column_count: true, record_delimiter: end });
        expect(ours.map((record) => ("code" in record ? record.code : record.fields))).toEqual(oracle);
        expect(ours.map(({ line }) => line)).toEqual(linesOf(text, table.length));
      }),
      { numRuns: 300 },
    );
  });

  it("never throws and always ends, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, pieces) => {
        const records = split(Buffer.from(bytes), { pieces, maxRecordBytes: 20 });
        const lines = records.map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
        expect(records.every((record) => "code" in record || record.bytes <= 21)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** The lines on which well-formed records begin: those after a line end outside quotes. */
function linesOf(text: string, count: number): number[] {
  const lines: number[] = [];
  let line = 1;
  let quoted = false;
  let fresh = true;
  for (const character of text) {
    if (fresh && lines.length < count) lines.push(line);
    fresh = false;
    if (character === '"') quoted = !quoted;
    if (character !== "\n") continue;
    line += 1;
    fresh = !quoted;
  }
  return lines;
}

describe("splitBroken", () => {
  it.each([
    ['"q1,x,broken', ['"q1', "x", "broken"]],
    ['a,"he said "no" twice",b', ["a", 'he said "no" twice', "b"]],
    ['a,in"side,"c" d,e', ["a", 'in"side', '"c" d', "e"]],
    ['a,"x""y""",', ["a", 'x"y"', ""]],
    ["", [""]],
  ])("reads %j", (text, fields) => {
    expect(splitBroken(text, ",")).toEqual(fields);
  });

  it("finds in rows that are right what every reader finds", () => {
    const cell = fc.string({ unit: fc.constantFrom('"', ",", ";", "a", " ", "\n"), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), fc.constantFrom(",", ";"), (cells, delimiter) => {
        const text = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter);
        expect(splitBroken(text, delimiter)).toEqual(cells);
      }),
      { numRuns: 500 },
    );
  });
});
