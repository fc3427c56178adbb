import OpenAI from "openai";
import { expect, test } from "vitest";
import {
  chat,
  create,
  failure,
  inputLines,
  manual,
  readLines,
  runBatch,
  startBench,
  untilOver,
  upload,
} from "./support.ts";

test("a batch goes through its states, and every field is there", async () => {
  const { client, advance } = await startBench(manual);
  const fileId = await upload(client, inputLines(40));
  const created = await create(client, fileId, { batch_id: "b1" });
  expect(created).toEqual({
    id: expect.stringMatching(/^batch_\w{32}$/),
    object: "batch",
    endpoint: chat,
    model: null,
    errors: null,
    input_file_id: fileId,
    completion_window: "24h",
    status: "validating",
    output_file_id: null,
    error_file_id: null,
    created_at: expect.any(Number),
    in_progress_at: null,
    expires_at: created.created_at + 86_400,
    finalizing_at: null,
    completed_at: null,
    failed_at: null,
    expired_at: null,
    cancelling_at: null,
    cancelled_at: null,
    request_counts: { total: 0, completed: 0, failed: 0 },
    metadata: { batch_id: "b1" },
    usage: {
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 0,
    },
  });
  await advance(6_000);
  const halfway = await client.batches.retrieve(created.id);
  expect(halfway).toMatchObject({ status: "in_progress", model: "gpt-6-luna", in_progress_at: created.created_at + 1 });
  expect(halfway.request_counts).toEqual({ total: 40, completed: 20, failed: 0 });
  await advance(5_000);
  expect(await client.batches.retrieve(created.id)).toMatchObject({ status: "finalizing", output_file_id: null });
  await advance(1_000);
  const done = await client.batches.retrieve(created.id);
  expect(done).toMatchObject({ status: "completed", error_file_id: null, completed_at: created.created_at + 12 });
  expect(done.request_counts).toEqual({ total: 40, completed: 40, failed: 0 });
  const lines = await readLines(client, done.output_file_id);
  const tokens = lines.reduce((sum, line) => sum + (line.response?.body.usage.total_tokens ?? 0), 0);
  expect(done.usage?.total_tokens).toBe(tokens);
  const output = await client.files.retrieve(done.output_file_id ?? "");
  expect(output).toMatchObject({ purpose: "batch_output", filename: `${done.id}_output.jsonl` });
});

test("output holds each line once, in another order than the input", async () => {
  const { client } = await startBench();
  const batch = await runBatch(client, inputLines(100));
  const lines = await readLines(client, batch.output_file_id);
  const ids = lines.map((line) => line.custom_id);
  const asked = Array.from({ length: 100 }, (_, index) => `r${index + 1}`);
  expect(ids).not.toEqual(asked);
  expect([...ids].sort()).toEqual([...asked].sort());
  expect(lines[0]).toEqual({
    id: expect.stringMatching(/^batch_req_/),
    custom_id: expect.any(String),
    response: { status_code: 200, request_id: expect.stringMatching(/./), body: expect.any(Object) },
    error: null,
  });
});

test("a cancel in the middle keeps what ran and names the rest", async () => {
  const { client, advance, control } = await startBench(manual);
  const { id } = await create(client, await upload(client, inputLines(40)));
  await advance(6_000);
  expect((await client.batches.cancel(id)).status).toBe("cancelling");
  expect((await client.batches.cancel(id)).status).toBe("cancelling");
  await advance(1_000);
  const batch = await client.batches.retrieve(id);
  expect(batch).toMatchObject({ status: "cancelled", request_counts: { total: 40, completed: 20, failed: 20 } });
  expect(await readLines(client, batch.output_file_id)).toHaveLength(20);
  const rest = await readLines(client, batch.error_file_id);
  expect(rest).toHaveLength(20);
  expect(rest[0]).toMatchObject({ response: null, error: { code: "batch_cancelled" } });
  expect((await client.batches.cancel(id)).status).toBe("cancelled");
  expect((await control("GET", "ledger")).linesExecuted).toBe(20);
});

test("a cancel before anything ran leaves no files; a finished batch cannot be cancelled", async () => {
  const { client, advance } = await startBench(manual);
  const fileId = await upload(client, inputLines(3));
  const early = await create(client, fileId);
  const late = await create(client, fileId);
  await client.batches.cancel(early.id);
  await advance(20_000);
  expect(await client.batches.retrieve(early.id)).toMatchObject({
    status: "cancelled",
    output_file_id: null,
    error_file_id: null,
  });
  const error = await failure(client.batches.cancel(late.id));
  expect(error).toBeInstanceOf(OpenAI.ConflictError);
  expect(error.message).toContain("Cannot cancel a batch with status 'completed'.");
});

test("a cancel while finalizing keeps every line", async () => {
  const { client, advance } = await startBench(manual);
  const { id } = await create(client, await upload(client, inputLines(3)));
  await advance(11_500);
  await client.batches.cancel(id);
  await advance(1_000);
  const batch = await client.batches.retrieve(id);
  expect(batch.status).toBe("cancelled");
  expect(await readLines(client, batch.output_file_id)).toHaveLength(3);
});

test("a batch that is not done after 24 hours expires", async () => {
  const { client, advance } = await startBench({ ...manual, times: { ...manual.times, inProgress: "48h" } });
  const { id, expires_at } = await create(client, await upload(client, inputLines(40)));
  await advance(25 * 3_600_000);
  const batch = await client.batches.retrieve(id);
  expect(batch).toMatchObject({ status: "expired", expired_at: expires_at });
  const [rest] = await readLines(client, batch.error_file_id);
  expect(rest).toMatchObject({ response: null, error: { code: "batch_expired" } });
});

test("batches are listed newest first, in pages of the SDK", async () => {
  const { client } = await startBench();
  const fileId = await upload(client, inputLines(1));
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await create(client, fileId)).id);
  for (const id of ids) await untilOver(client, id);
  const seen: string[] = [];
  for await (const batch of client.batches.list({ limit: 2 })) seen.push(batch.id);
  expect(seen).toEqual([...ids].reverse());
  const raw = await client.batches.list({ limit: 2 }).asResponse();
  expect(await raw.json()).toMatchObject({ object: "list", has_more: true, first_id: ids[4], last_id: ids[3] });
  expect(await failure(client.batches.list({ limit: 101 }))).toBeInstanceOf(OpenAI.BadRequestError);
  expect(await failure(client.batches.list({ after: "batch_none" }))).toMatchObject({ status: 400, param: "after" });
});

test("the input file may go once validation is over, and not before", async () => {
  const { client, advance } = await startBench(manual);
  const [kept, gone] = [await upload(client, inputLines(2)), await upload(client, inputLines(2))];
  const [good, bad] = [await create(client, kept), await create(client, gone)];
  await client.files.delete(gone);
  await advance(1_500);
  await client.files.delete(kept);
  await advance(20_000);
  expect((await client.batches.retrieve(good.id)).status).toBe("completed");
  const failed = await client.batches.retrieve(bad.id);
  expect(failed.errors?.data?.[0]).toMatchObject({ code: "invalid_request", param: "file_id", line: null });
  expect(failed.errors?.data?.[0]?.message).toContain(`Cannot find file ${gone}`);
});

test("an input file that goes while it is validated is not found", async () => {
  const { client } = await startBench();
  // So many that they are still read when the file is deleted.
  const gone = await upload(client, inputLines(30_000));
  const { id } = await create(client, gone);
  await client.files.delete(gone);
  const failed = await untilOver(client, id);
  expect(failed.errors?.data?.[0]).toMatchObject({ code: "invalid_request", param: "file_id", line: null });
});

test("batches beyond the hourly rate are refused with 429", async () => {
  const { client } = await startBench({ limits: { batchesPerHour: 1 } });
  const fileId = await upload(client, inputLines(1));
  await create(client, fileId);
  expect(await failure(create(client, fileId))).toBeInstanceOf(OpenAI.RateLimitError);
});
