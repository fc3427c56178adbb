import { expect, it } from "vitest";
import { providerThat } from "./support.ts";

const BATCH = {
  id: "batch_1",
  status: "completed",
  input_file_id: "file-in",
  output_file_id: "file-out",
  created_at: 1_790_000_000,
  expires_at: 1_790_086_400,
  request_counts: { total: 3, completed: 2, failed: 1 },
  metadata: { batch_id: "b1" },
};

const MARK = { installation: null, generation: null, batchId: "b1", epoch: 1, hash: null };
const OUTPUT = { id: "file-out", holds: "answers" };

async function read(odd: object) {
  const provider = await providerThat(() => ({ ...BATCH, ...odd }));
  return provider.retrieveBatch("batch_1");
}

it.each([
  ["a list of no errors", { errors: [] }, { errors: [] }],
  ["an empty object of errors", { errors: {} }, { errors: [] }],
  ["errors whose list is null", { errors: { object: "list", data: null } }, { errors: [] }],
  ["an error that says that there is none", { errors: { data: [{ code: 0, message: "" }] } }, { errors: [] }],
  ["a text for the errors", { errors: "out of order" }, { errors: [{ code: "unknown", message: "out of order" }] }],
  [
    "a bare list of errors",
    { errors: [{ code: "x", message: "y" }] },
    { errors: [{ code: "x", message: "y", line: null }] },
  ],
  ["one error for the list", { errors: { data: { code: "x", line: "3" } } }, { errors: [{ code: "x", line: 3 }] }],
  [
    "a number for the code",
    { errors: { data: [{ code: 429, message: "y" }] } },
    { errors: [{ code: "429", fault: "busy" }] },
  ],
  [
    "an error that only its type names",
    { errors: { data: [{ type: "insufficient_quota" }] } },
    { errors: [{ code: "insufficient_quota", fault: "credit" }] },
  ],
  ["no input file", { input_file_id: null }, { inputFileId: null }],
  ["odd file ids", { input_file_id: {}, output_file_id: "", error_file_id: [] }, { inputFileId: null, results: [] }],
  [
    "numbers among the metadata",
    { metadata: { batch_id: "b1", epoch: 3, tags: [], on: true } },
    { mark: { ...MARK, epoch: 3 } },
  ],
  ["a list for the metadata", { metadata: [] }, { mark: null }],
  ["no counts", { request_counts: null }, { counts: { total: 0, completed: 0, failed: 0 } }],
  [
    "counts of which one is odd",
    { request_counts: { total: "3", completed: -2, failed: null } },
    { counts: { total: 3, completed: 0, failed: 0 } },
  ],
  [
    "times in ISO 8601",
    { created_at: "2026-09-21T13:33:20Z", expires_at: "2026-09-22T13:33:20" },
    { createdAt: new Date(1_789_997_600_000), expiresAt: new Date(1_790_084_000_000) },
  ],
  [
    "times in milliseconds",
    { created_at: 1_790_000_000_000, expires_at: "1790086400" },
    { createdAt: new Date(1_790_000_000_000), expiresAt: new Date(1_790_086_400_000) },
  ],
  ["times that are none", { created_at: 0, expires_at: "never" }, { createdAt: null, expiresAt: null }],
  ["words for no file", { output_file_id: "null", error_file_id: "None" }, { results: [] }],
  [
    "objects and lists for file ids",
    { output_file_id: { id: "file-out", bytes: 7 }, error_file_id: ["file-err"] },
    { results: [OUTPUT, { id: "file-err", holds: "failures" }] },
  ],
  ["one error in place of errors", { errors: null, error: { code: "x", message: "y" } }, { errors: [{ code: "x" }] }],
  ["errors as JSON", { errors: '[{"code":"x","message":"y"}]' }, { errors: [{ code: "x", message: "y" }] }],
  ["errors in `value`", { errors: { value: [{ code: "x", line_number: 2 }] } }, { errors: [{ code: "x", line: 2 }] }],
  ["errors by their numbers", { errors: { "0": { code: "x" }, "1": { code: "z" } } }, { errors: [{}, { code: "z" }] }],
  ["an object for a message", { errors: [{ code: "x", message: { text: "y" } }] }, { errors: [{ message: "y" }] }],
  ["a status in an object", { status: { state: "in_progress" } }, { word: "in_progress", state: "running" }],
  ["a state for the status", { status: undefined, state: "in_progress" }, { word: "in_progress", state: "running" }],
  ["another word for its end", { status: "succeeded" }, { word: "completed", state: "completed" }],
  ["a status with its kind", { status: "BatchStatus.completed" }, { word: "completed", state: "completed" }],
  ["a status in capitals", { status: "IN_PROGRESS" }, { word: "in_progress", state: "running" }],
  ["a status in two words", { status: " In Progress " }, { word: "in_progress", state: "running" }],
  ["a status with a capital", { status: "Validating" }, { word: "validating", state: "validating" }],
  ["a status in one word", { status: "InProgress" }, { word: "in_progress", state: "running" }],
  ["a status that every object has", { status: "constructor" }, { word: "constructor", state: "unknown" }],
  ["a status with one l", { status: "canceled" }, { word: "cancelled", state: "cancelled" }],
])("a batch with %s", async (_name, odd, expected) => {
  expect(await read(odd)).toMatchObject({ id: "batch_1", state: "completed", ...expected });
});

it.each([
  ["a text", "<html>"],
  ["null", null],
  ["no id", { status: "completed" }],
  ["no status", { id: "b", status: null }],
])("a reply that is no batch is no answer: %s", async (_name, reply) => {
  const provider = await providerThat(() => reply);
  await expect(provider.retrieveBatch("batch_1")).rejects.toMatchObject({ code: "provider_unreachable" });
});

it.each([
  ["in `data`", { data: BATCH }],
  ["in `batch`, with a word beside it", { batch: BATCH, warning: "slow" }],
  ["in a result of a result", { ok: true, result: { job: BATCH } }],
  ["in a list", [BATCH]],
])("a batch is found %s", async (_name, reply) => {
  const provider = await providerThat(() => reply);
  expect(await provider.retrieveBatch("batch_1")).toMatchObject({ id: "batch_1", results: [OUTPUT] });
});

it.each([
  [
    "no credit",
    { error: { type: "insufficient_quota", message: "Pay first." } },
    "provider_quota_exhausted",
    "Pay first.",
  ],
  ["a refused key", { error: "Unauthorized", code: 401 }, "provider_key_refused", "Unauthorized"],
  ["anything else", { object: "error", message: "Try later", code: 503 }, "provider_unreachable", "Try later"],
])("an error under a good status is told by its words: %s", async (_name, reply, code, words) => {
  const provider = await providerThat(() => reply);
  const refusal = { code, message: expect.stringContaining(words) };
  await expect(provider.retrieveBatch("batch_1")).rejects.toMatchObject(refusal);
  await expect(
    provider.createBatch({ inputFileId: "f", endpoint: provider.endpoint, mark: MARK, timeoutMs: 60_000 }),
  ).rejects.toMatchObject(refusal);
  await expect(provider.listBatches(new Date())[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal);
});
