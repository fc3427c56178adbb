import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SplitLine, splitLines } from "../../lib/pipeline/collect/splitLines.ts";

async function split(content: Buffer, chunkSizes: number[], maxLineBytes = 1_000_000): Promise<SplitLine[]> {
  async function* chunks() {
    let start = 0;
    for (const size of chunkSizes) {
      yield content.subarray(start, start + size);
      start += size;
    }
    yield content.subarray(start);
  }
  const lines: SplitLine[] = [];
  for await (const line of splitLines(chunks(), maxLineBytes)) lines.push(line);
  return lines;
}

/** What is dropped at the end of a line, beside the carriage return. */
const BLANK = new Set([" ", "\t", "\0", "\u001a"]);
const texts = (lines: SplitLine[]) => lines.map((line) => (line.tooLong ? "too long" : line.content.toString("utf8")));

describe("splitting a stream of bytes into lines", () => {
  it("gives the same lines however the bytes arrive", async () => {
    const line = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => !/[\n\r\uFEFF]/.test(text) && !BLANK.has(text.at(-1) ?? ""));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(7)), async (lines, sizes) => {
        expect(texts(await split(Buffer.from(lines.join("\n")), sizes))).toEqual(lines);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps U+2028 and U+2029 inside a line", async () => {
    expect(texts(await split(Buffer.from('{"a":"x\u2028y\u2029z"}\n{}\n'), [3, 4]))).toEqual([
      '{"a":"x\u2028y\u2029z"}',
      "{}",
    ]);
  });

  it("drops byte order marks, carriage returns and empty lines", async () => {
    expect(texts(await split(Buffer.from("\uFEFFone\r\n\n\r\ntwo\n"), [2, 3]))).toEqual(["one", "two"]);
  });

  it("drops blanks at line ends, and lines of nothing else", async () => {
    const content = Buffer.from('  \n{"a": 1} \t\r\r\n\0\0\0\n \u001a');
    expect(texts(await split(content, [2, 3]))).toEqual(['{"a": 1}']);
  });

  it("gives the start of a line that is too long, and goes on behind it", async () => {
    const content = Buffer.from(`short\n${"x".repeat(500)}\nnext\n${"y".repeat(500)}`);
    const starts = (await split(content, [100, 100, 100], 50)).map((line) => line.content.subarray(0, 4).toString());
    expect(starts).toEqual(["shor", "xxxx", "next", "yyyy"]);
    expect(texts(await split(content, [100, 100, 100], 50))).toEqual(["short", "too long", "next", "too long"]);
  });
});
