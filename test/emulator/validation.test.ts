import OpenAI from "openai";
import { expect, test } from "vitest";
import { chat, create, failure, inputLine, inputLines, runBatch, startBench, untilOver, upload } from "./support.ts";

const good = inputLine("good");
const without = (name: string) => JSON.stringify({ ...JSON.parse(inputLine("bad")), [name]: undefined });

const lineCases: [code: string, param: string | null, line: string][] = [
  ["invalid_json_line", null, "{not json"],
  ["invalid_json_line", null, "[1]"],
  ["invalid_json_line", null, ""],
  ["missing_required_parameter", "custom_id", without("custom_id")],
  ["missing_required_parameter", "method", without("method")],
  ["missing_required_parameter", "url", without("url")],
  ["missing_required_parameter", "body", without("body")],
  ["missing_required_parameter", "body.model", inputLine("bad", { model: undefined })],
  ["missing_required_parameter", "body.messages", inputLine("bad", { messages: undefined })],
  ["invalid_method", "method", inputLine("bad", {}, { method: "GET" })],
  ["invalid_url", "url", inputLine("bad", {}, { url: "/v1/responses" })],
  ["model_not_found", "body.model", inputLine("bad", { model: "gpt-none" })],
  ["streaming_unsupported", "body.stream", inputLine("bad", { stream: true })],
  ["mismatched_model", "body.model", inputLine("bad", { model: "gpt-6-sol" })],
  ["duplicate_custom_id", "custom_id", good],
];

test.each(lineCases)("a line with %s (%s) fails the batch and is named", async (code, param, line) => {
  const { client } = await startBench({ models: ["gpt-6-luna", "gpt-6-sol"] });
  const batch = await runBatch(client, [good, inputLine("second"), line, inputLine("last")]);
  expect(batch).toMatchObject({
    status: "failed",
    request_counts: { total: 0, completed: 0, failed: 0 },
    usage: { total_tokens: 0 },
    output_file_id: null,
    error_file_id: null,
  });
  expect(batch.errors).toEqual({ object: "list", data: [{ code, param, line: 3, message: expect.any(String) }] });
});

test("every bad line is named", async () => {
  const { client } = await startBench();
  const batch = await runBatch(client, ["{", good, "}", inputLine("bad", {}, { url: "/v1/x" })]);
  expect(batch.errors?.data?.map(({ code, line }) => [code, line])).toEqual([
    ["invalid_json_line", 1],
    ["invalid_json_line", 3],
    ["invalid_url", 4],
  ]);
});

test("a byte order mark and bytes that are not UTF-8 are no JSON; a line separator inside a text is", async () => {
  const { client } = await startBench();
  expect((await runBatch(client, [`\uFEFF${good}`])).errors?.data?.[0]?.code).toBe("invalid_json_line");
  const latin = Buffer.concat([Buffer.from(good.slice(0, -3)), Buffer.from([0xe9]), Buffer.from(good.slice(-3))]);
  const file = await client.files.create({ file: new File([latin], "a.jsonl"), purpose: "batch" });
  const batch = await create(client, file.id);
  expect((await untilOver(client, batch.id)).errors?.data?.[0]?.code).toBe("invalid_json_line");
  const separated = inputLine("a", { messages: [{ role: "user", content: "one\u2028two\u2029three" }] });
  expect((await runBatch(client, [separated])).request_counts).toEqual({ total: 1, completed: 1, failed: 0 });
});

test("an empty file, too many lines, an unknown file and a file for something else fail", async () => {
  const { client } = await startBench({ limits: { maxLines: 2 } });
  const code = async (lines: string[]) => (await runBatch(client, lines)).errors?.data?.[0]?.code;
  expect(await code([])).toBe("empty_file");
  expect(await code(inputLines(3))).toBe("too_many_requests_in_file");
  const unknown = await untilOver(client, (await create(client, "file-unknown")).id);
  expect(unknown.errors?.data?.[0]).toMatchObject({ code: "invalid_request", param: "file_id" });
  const other = await client.files.create({ file: new File([good], "a.jsonl"), purpose: "user_data" });
  const wrong = await untilOver(client, (await create(client, other.id)).id);
  expect(wrong.errors?.data?.[0]).toMatchObject({ code: "invalid_request", param: "file_id" });
});

test("enqueued tokens are limited by model over all active batches", async () => {
  const { client } = await startBench({
    times: { validating: 0, inProgress: "1h" },
    limits: { enqueuedTokens: { "*": 1_000_000, "gpt-6-luna": 40 } },
  });
  const fileId = await upload(client, inputLines(2));
  const first = await create(client, fileId);
  while ((await client.batches.retrieve(first.id)).status === "validating");
  const second = await untilOver(client, (await create(client, fileId)).id);
  expect(second.errors?.data?.[0]).toEqual({
    code: "token_limit_exceeded",
    message:
      "Enqueued token limit reached for gpt-6-luna in organization org-emulator. Limit: 40 enqueued tokens. Please try again once some in_progress batches have been completed.",
    param: null,
    line: null,
  });
});

const createCases: [what: string, body: object, code: string, param: string][] = [
  ["no input file", { input_file_id: undefined }, "missing_required_parameter", "input_file_id"],
  ["an unknown endpoint", { endpoint: "/v1/none" }, "invalid_value", "endpoint"],
  ["another window", { completion_window: "1h" }, "invalid_value", "completion_window"],
  ["metadata that is no object", { metadata: "x" }, "invalid_type", "metadata"],
  ["metadata that is no text", { metadata: { a: 1 } }, "invalid_type", "metadata.a"],
  ["too long metadata", { metadata: { a: "x".repeat(513) } }, "string_above_max_length", "metadata"],
  [
    "too much metadata",
    { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ""])) },
    "object_above_max_properties",
    "metadata",
  ],
  [
    "a short output life",
    { output_expires_after: { anchor: "created_at", seconds: 1 } },
    "invalid_value",
    "output_expires_after.seconds",
  ],
];

test.each(createCases)("creating a batch with %s is refused at once", async (_what, body, code, param) => {
  const { client } = await startBench();
  const wanted = { input_file_id: "file-a", endpoint: chat, completion_window: "24h", ...body };
  const error = await failure(client.post("/batches", { body: wanted, maxRetries: 0 }));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ status: 400, code, param, type: "invalid_request_error" });
  expect((await client.batches.list()).data).toEqual([]);
});

test("keys, unknown things and unknown routes are refused in the provider's shape", async () => {
  const { client, url } = await startBench({ apiKey: "right-key" });
  const stranger = new OpenAI({ baseURL: url, apiKey: "wrong-key", maxRetries: 0 });
  const refused = await failure(stranger.batches.list());
  expect(refused).toBeInstanceOf(OpenAI.AuthenticationError);
  expect(refused).toMatchObject({ code: "invalid_api_key" });
  expect(refused.message).not.toContain("wrong-key");
  expect((await fetch(`${url}/batches`)).status).toBe(401);
  expect(await failure(client.batches.retrieve("batch_none"))).toBeInstanceOf(OpenAI.NotFoundError);
  expect(await failure(client.batches.cancel("batch_none"))).toBeInstanceOf(OpenAI.NotFoundError);
  expect(await failure(client.files.retrieve("file-none"))).toBeInstanceOf(OpenAI.NotFoundError);
  expect(await failure(client.get("/nothing"))).toMatchObject({ status: 404, code: "unknown_url" });
  expect(await failure(client.put("/batches"))).toMatchObject({ status: 405 });
  expect(await failure(client.post("/batches", { body: "[" }))).toMatchObject({ status: 400 });
  const health = await fetch(url.replace("/v1", "/healthz"));
  expect([health.status, await health.json()]).toEqual([200, { ok: true }]);
});
