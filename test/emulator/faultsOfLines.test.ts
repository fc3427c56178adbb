import { expect, test } from "vitest";
import { inputLine, inputLines, readLines, readText, runBatch, startBench } from "./support.ts";

/** Runs lines r1 to r3 with a fault on r2, and gives both files. */
async function runWith(fault: string) {
  const bench = await startBench({ faults: [`${fault}custom_id=r2`] });
  const batch = await runBatch(bench.client, inputLines(3));
  const output = await readText(bench.client, batch.output_file_id);
  const errors = await readLines(bench.client, batch.error_file_id);
  const find = (text: string) => text.split("\n").filter((line) => line.includes('"r2"'));
  const ledger = await bench.control("GET", "ledger?custom_id=r2");
  return { batch, output, found: find(output), errors, ledger };
}

test.each([400, 429, 500])("line_error: status %i in the error file, not billed", async (status) => {
  const { batch, errors, found, ledger } = await runWith(`line_error:status=${status},`);
  expect(found).toEqual([]);
  expect(errors).toMatchObject([{ custom_id: "r2", error: null, response: { status_code: status } }]);
  expect(errors[0]?.response?.body.error).toEqual({
    message: expect.any(String),
    type: expect.any(String),
    param: null,
    code: status === 500 ? null : expect.any(String),
  });
  expect(batch.request_counts).toEqual({ total: 3, completed: 2, failed: 1 });
  expect(ledger).toMatchObject({ linesExecuted: 2, line: { runs: 0 } });
});

test("line_error with a code: no response", async () => {
  const { errors } = await runWith("line_error:code=request_timeout,");
  expect(errors).toMatchObject([{ custom_id: "r2", response: null, error: { code: "request_timeout" } }]);
});

test("line_missing: billed, and in neither file", async () => {
  const { found, errors, ledger, batch } = await runWith("line_missing:");
  expect([found, errors]).toEqual([[], []]);
  expect(ledger.line).toMatchObject({ runs: 1, usable: 0 });
  expect(batch.request_counts).toEqual({ total: 3, completed: 3, failed: 0 });
});

test("line_doubled, line_malformed, line_unknown, line_byte_order_mark, line_huge", async () => {
  const doubled = (await runWith("line_doubled:copies=3,")).found;
  expect(doubled).toHaveLength(3);
  expect(doubled[1]).toBe(doubled[0]);
  const [malformed = ""] = (await runWith("line_malformed:")).found;
  expect(() => JSON.parse(malformed)).toThrow(SyntaxError);
  const unknown = await startBench({ faults: ["line_unknown:once"] });
  const batch = await runBatch(unknown.client, inputLines(1));
  expect(await readLines(unknown.client, batch.output_file_id)).toMatchObject([{ custom_id: "never-asked-for" }]);
  const [marked] = (await runWith("line_byte_order_mark:")).found;
  expect(marked?.charCodeAt(0)).toBe(0xfeff);
  const [huge = ""] = (await runWith("line_huge:bytes=1000000,")).found;
  expect(huge.length).toBeGreaterThan(1_000_000);
  expect(JSON.parse(huge).custom_id).toBe("r2");
});

test("empty_error_lines: status 0 in the error file, counted as completed", async () => {
  const { batch, errors } = await runWith("empty_error_lines:");
  expect(batch.request_counts).toEqual({ total: 3, completed: 3, failed: 0 });
  expect(errors).toMatchObject([{ response: { status_code: 0, request_id: "", body: {} }, error: null }]);
});

test("line_refusal, line_cut_off and line_invalid_json are billed and not usable", async () => {
  const choice = (line = "{}") => JSON.parse(line).response.body.choices[0];
  const refused = await runWith("line_refusal:");
  expect(choice(refused.found[0]).message).toMatchObject({ content: null, refusal: expect.stringContaining("can't") });
  expect(refused.ledger.line).toMatchObject({ runs: 1, usable: 0 });
  const cut = await runWith("line_cut_off:");
  expect(choice(cut.found[0]).finish_reason).toBe("length");
  expect(cut.ledger.line).toMatchObject({ runs: 1, usable: 0 });
  const filtered = await runWith("line_cut_off:finish_reason=content_filter,share=0,");
  expect(choice(filtered.found[0])).toMatchObject({ finish_reason: "content_filter", message: { content: "" } });
  const prose = await runWith("line_invalid_json:");
  expect(choice(prose.found[0]).finish_reason).toBe("stop");
  expect(() => JSON.parse(choice(prose.found[0]).message.content)).toThrow(SyntaxError);
  expect(prose.ledger.line).toMatchObject({ runs: 1, usable: 0 });
});

test("a rate hits about that part of the lines, the same ones for the same seed", async () => {
  const failed = async (seed: number) => {
    const { client } = await startBench({ seed, faults: ["line_error:0.2"] });
    const batch = await runBatch(client, inputLines(500));
    return (await readLines(client, batch.error_file_id)).map((line) => line.custom_id);
  };
  const first = await failed(1);
  expect(first.length).toBeGreaterThan(50);
  expect(first.length).toBeLessThan(150);
  expect(await failed(1)).toEqual(first);
  expect(await failed(2)).not.toEqual(first);
});

test("a schema beyond the emulator is a failure of that line", async () => {
  const { client } = await startBench();
  const format = { type: "json_schema", json_schema: { name: "x", schema: { type: "string", pattern: "^(?=a)b" } } };
  const batch = await runBatch(client, [inputLine("r1", { response_format: format }), inputLine("r2")]);
  expect(await readLines(client, batch.error_file_id)).toMatchObject([
    { custom_id: "r1", response: { status_code: 400, body: { error: { code: "unsupported_schema" } } } },
  ]);
});

test("line_nearly_right: other quotes stand around a text with escapes, too", async () => {
  const { client } = await startBench({ faults: ["line_nearly_right:how=other_quotes"] });
  const said = { quoted: { enum: ['one "two"'] }, path: { enum: ["C:\\"] } };
  const schema = { type: "object", properties: said, required: Object.keys(said), additionalProperties: false };
  const asked = { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } };
  const batch = await runBatch(client, [inputLine("r1", asked)]);
  const [line] = await readLines(client, batch.output_file_id);
  expect(line?.response?.body.choices[0]?.message.content).toBe(String.raw`{“quoted”:“one \"two\"”,“path”:“C:\\”}`);
});
