import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../lib/api/csv.ts";

const cellOf = (text: string): string | undefined => parse(csvLine([text])).flat()[0];

describe("a cell of an export", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["  @SUM(A1)", "'  @SUM(A1)"],
    ["plain;=1+1", "plain;'=1+1"],
    ["plain; =1+1", "plain;' =1+1"],
    ['plain;"=1+1"', `plain;'"=1+1"`],
    ["plain\t+1", "plain\t'+1"],
    ["plain\n-1", "plain\n'-1"],
    ["plain\r\n@A1", "plain\r\n'@A1"],
    ["plain\r=1", "plain\r'=1"],
    ["plain\u2028=1", "plain\u2028'=1"],
    ["plain|=1", "plain|'=1"],
    ["＝1+1", "'＝1+1"],
    ["a;＋1", "a;'＋1"],
    ["a\t－1", "a\t'－1"],
    ["a\n＠A1", "a\n'＠A1"],
    ["\tindented", "'\tindented"],
  ])("%j loses what a spreadsheet would run", (text, harmless) => {
    expect(cellOf(text)).toBe(harmless);
  });

  it.each(["a = b", "mail@example.com", "3-4", "yes; no", "one\ntwo", "2 + 2", "well-known, e.g. A-Z", "'=quoted"])(
    "%j stays as it is",
    (text) => {
      expect(cellOf(text)).toBe(text);
    },
  );

  it("holds no formula, whatever delimiter a program reads the file with", () => {
    const piece = fc.constantFrom("=", "+", "-", "@", "＝", ";", "\t", "\n", "\r", "|", '"', ",", "'", " ", "a");
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (cells) => {
        const line = csvLine(cells);
        for (const delimiter of [";", "\t", "|"]) {
          for (const cell of line.split(/[\r\n]/).flatMap((part) => part.split(delimiter))) {
            expect(cell).not.toMatch(/^[\s"]*[=+\-@＝](?!["\s]*$)/);
          }
        }
      }),
    );
  });
});
