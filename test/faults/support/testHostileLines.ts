import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { sessionAnalysis } from "../../../lib/analysis/sessionAnalysis.ts";
import { FAILURES } from "../../../lib/failures.ts";
import { splitLines } from "../../../lib/pipeline/collect/splitLines.ts";
import { reaper } from "../../../lib/pipeline/reap/reaper.ts";
import { ProviderError } from "../../../lib/providers/contract/errors.ts";
import { readLine } from "../../../lib/providers/openai/readLine.ts";
import { readBatch, readBatchPage, readFileObject, readFilePage } from "../../../lib/providers/openai/shapes.ts";
import { startPipeline } from "../../support/pipeline.ts";
import {
  AZURE_REFUSALS,
  answerFor,
  answerLine,
  BATCH,
  FILE,
  failureLine,
  filteredLine,
  refusedBatch,
  showAs,
} from "./hostileDocuments.ts";
import { byteDamage, changes, hostileValue, isStorable, spoil, toHostileJson } from "./hostileJson.ts";
import { collectHostileFiles } from "./hostileRun.ts";
import { fetchLedger } from "./killJudge.ts";
import { reportFamily } from "./report.ts";

/** Declares the tests of hostile input: so many runs of each generator of lines and replies, and so many result files. */
export function testHostileLines({ runs, files }: { runs: number; files: number }): void {
  describe("parsers of what comes from outside", () => {
    it(`splitLines: ${runs} streams, cut anywhere, as a plain splitter would`, async () => {
      const odd = fc.constantFrom(10, 10, 13, 0xef, 0xbb, 0xbf, 0, 0xc3, 9, 32, 26);
      const bytes = fc.array(fc.oneof(odd, fc.nat(255)), { maxLength: 200 });
      const property = fc.asyncProperty(
        bytes,
        fc.array(fc.nat(9)),
        fc.integer({ min: 1, max: 60 }),
        async (content, cuts, most) => {
          const found: string[] = [];
          for await (const line of splitLines(pieces(Buffer.from(content), cuts), most))
            found.push(`${line.tooLong ? START : ""}${line.content.toString("hex")}`);
          const expected = splitPlainly(Buffer.from(content), most);
          expect(found).toHaveLength(expected.length);
          for (const [n, line] of found.entries()) expect(expected[n]).toContain(line);
        },
      );
      await fc.assert(property, { numRuns: runs });
    });

    it(`readLine: ${2 * runs} lines; every one says something that can be stored`, () => {
      const documents = fc.constantFrom<unknown>(
        answerLine("request-1"),
        failureLine("request-1"),
        failureLine("request-1", 429),
        filteredLine("request-1"),
      );
      const spoiled = fc
        .tuple(documents, changes)
        .map(([document, spoiling]) => toHostileJson(spoil(document, spoiling)));
      const lines = fc.oneof(
        spoiled,
        spoiled,
        hostileValue.map((value) => toHostileJson(value)),
      );
      const property = fc.property(lines, byteDamage, (text, damage) => expectReadable(damage(Buffer.from(text))));
      fc.assert(property, { numRuns: 2 * runs });
    });

    it("readLine: lines that no JSON reader likes", () => {
      for (const open of ["[", '{"a":', '{"a":"', '{"a":[', '{"a":{"custom_id":"x","b":']) {
        expect(readLine(Buffer.from(open.repeat(200_000))).kind).toBe("unreadable");
      }
      for (const open of ['{"custom_id":"x","response":', '{"custom_id":"\\u0078","a":']) {
        const known = { kind: "failure", requestId: "x", code: "line_unreadable" };
        expect(readLine(Buffer.from(open.repeat(200_000)))).toMatchObject(known);
      }
      const deep = readLine(Buffer.from(toHostileJson(answerLine("request-1"), 50_000)));
      expect(["answer", "failure"]).toContain(deep.kind);
      const long = readLine(Buffer.from(JSON.stringify(answerLine("x".repeat(5_000_000)))));
      expect(long.kind).toBe("answer");
      expectReadable(Buffer.from('{"__proto__":{"custom_id":"request-1"}}'));
      expect(readLine(Buffer.from('{"__proto__":{"custom_id":"request-1"}}')).kind).toBe("unreadable");
      expect(Object.hasOwn(Object.prototype, "custom_id")).toBe(false);
    });

    it(`the check of answers: ${runs} answers; what passes fits the schema, what does not is never quoted`, () => {
      const spoiled = changes.map((spoiling) => toHostileJson(spoil(answerFor("canary-1234"), spoiling)));
      const property = fc.property(
        fc.oneof(
          spoiled,
          hostileValue.map((value) => toHostileJson(value)),
          fc.string(),
        ),
        (text) => {
          const checked = sessionAnalysis.check(text);
          if (!checked.ok) {
            expect(checked.fault).not.toContain("canary-1234");
            return;
          }
          expect(sessionAnalysis.check(JSON.stringify(checked.answer))).toEqual(checked);
          expectStorable(checked.answer, "an answer");
        },
      );
      fc.assert(property, { numRuns: runs });
    });

    it(`replies: ${4 * runs} objects; each is read whole and storable, or refused as no answer`, () => {
      const page = (...data: unknown[]) => ({ object: "list", data, has_more: true });
      const batches = [BATCH, ...AZURE_REFUSALS.map(refusedBatch)];
      const readers: [string, unknown[], (reply: unknown) => unknown][] = [
        ["a batch", batches, (reply) => readBatch("testing", reply)],
        ["a page of batches", [page(...batches)], (reply) => readBatchPage("testing", reply)],
        ["a file", [FILE], (reply) => readFileObject("testing", reply)],
        ["a page of files", [page(FILE)], (reply) => readFilePage("testing", reply)],
      ];
      for (const [name, valid, reader] of readers) {
        const shown = valid.flatMap((reply) => [showAs("openai", reply), showAs("azure", reply)]);
        const spoiled = fc
          .tuple(fc.constantFrom(...shown), changes)
          .map(([reply, spoiling]) => JSON.parse(toHostileJson(spoil(reply, spoiling))));
        const property = fc.property(fc.oneof(spoiled, spoiled, hostileValue), (reply) => {
          try {
            expectStorable(reader(reply), name);
          } catch (error) {
            if (!(error instanceof ProviderError)) throw error;
            expect(error.code, name).toBe("provider_unreachable");
          }
        });
        fc.assert(property, { numRuns: runs });
      }
    });
  });

  it(`collects ${files} files full of hostile lines, and accounts for every request`, {
    timeout: 3_600_000,
  }, async () => {
    const { requests, there, ...judgement } = await collectHostileFiles(files);
    expect(there, "requests of the second account").toBeGreaterThan(0);
    await reportFamily({
      family: "hostile-lines",
      cases: files + 8 * runs,
      requests,
      ...judgement,
      facts: { parserCases: 8 * runs, filesCollected: files, requestsOfSecondAccount: there },
    });
    expect(judgement).toEqual({ requestsLost: 0, resultsAppliedTwice: 0, linesBoughtTwice: 0, liveDuplicates: 0 });
  });

  it("clears away its own files alone, whatever names others have given theirs", async () => {
    const pipeline = await startPipeline();
    try {
      for (const name of ["export-20261123161937.jsonl", `x-${"9".repeat(40)}.jsonl`, "-1.jsonl", "é-1.jsonl"]) {
        const form = new FormData();
        form.set("purpose", "batch");
        form.set("file", new File(["{}\n"], name));
        const headers = { authorization: "Bearer another-application" };
        const reply = await fetch(`${pipeline.emulator.url}/files`, { method: "POST", body: form, headers });
        expect(reply.status).toBe(200);
      }
      expect(await reaper(pipeline.ctx)).toEqual({ batches: 0, files: 0 });
      expect(await fetchLedger(pipeline.emulator.url)).toMatchObject({ files: { live: 4 } });
    } finally {
      await pipeline.close();
    }
  });

  afterAll(() => {
    expect(Object.keys(Object.prototype), "a polluted prototype").toEqual([]);
  });
}

async function* pieces(content: Buffer, cuts: number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of cuts) {
    yield content.subarray(start, start + size);
    start += size;
  }
  yield content.subarray(start);
}

/** Blank, tab, carriage return, NUL, Ctrl-Z. */
const BLANK = [32, 9, 13, 0, 26];
const START = "the start of a line: ";

/** In hex, what each line may be given as: one that is too long is cut off somewhere behind the limit. */
function splitPlainly(content: Buffer, most: number): string[][] {
  const lines: string[][] = [];
  for (let start = 0; start <= content.length; ) {
    const newline = content.indexOf(10, start);
    const end = newline === -1 ? content.length : newline;
    const line = content.subarray(start, end);
    start = end + 1;
    if (line.length > most) {
      const lengths = Array.from({ length: line.length - most }, (_, n) => most + 1 + n);
      lines.push(lengths.map((length) => `${START}${trimPlainly(line.subarray(0, length))}`));
    } else if (trimPlainly(line) !== "") lines.push([trimPlainly(line)]);
  }
  return lines;
}

function trimPlainly(line: Buffer): string {
  let text = line.toString("hex").startsWith("efbbbf") ? line.subarray(3) : line;
  while (BLANK.includes(text.at(-1) ?? -1)) text = text.subarray(0, -1);
  return text.toString("hex");
}

function expectReadable(bytes: Buffer): void {
  const line = readLine(bytes);
  if (line.kind === "unreadable") return;
  expect(line.requestId.length).toBeGreaterThan(0);
  expectStorable(line, line.kind);
  for (const tokens of Object.values(line.usage ?? {})) {
    if (tokens !== null) expect(Number.isInteger(tokens) && tokens >= 0 && tokens <= 1_000_000_000).toBe(true);
  }
  if (line.kind === "failure") {
    expect(Object.keys(FAILURES)).toContain(line.code);
    expect(line.message.length).toBeLessThanOrEqual(1_000);
  }
}

/** Every text and date in it can go into a column. */
function expectStorable(value: unknown, where: string): void {
  if (typeof value === "string") expect(isStorable(value), where).toBe(true);
  else if (value instanceof Date) expect(value.getTime(), where).not.toBeNaN();
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      expect(isStorable(key), where).toBe(true);
      expectStorable(inner, `${where}.${key}`);
    }
  }
}
