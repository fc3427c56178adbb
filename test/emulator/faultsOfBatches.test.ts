import { expect, test } from "vitest";
import {
  create,
  inputLine,
  inputLines,
  manual,
  readLines,
  runBatch,
  startBench,
  untilOver,
  upload,
} from "./support.ts";

test("expired: what ran is kept, the rest is named in the error file", async () => {
  const { client, control } = await startBench({ faults: ["expired:share=0.3"] });
  const batch = await runBatch(client, inputLines(10));
  expect(batch).toMatchObject({ status: "expired", completed_at: null, expired_at: expect.any(Number) });
  expect(await readLines(client, batch.output_file_id)).toHaveLength(3);
  const rest = await readLines(client, batch.error_file_id);
  expect(rest).toHaveLength(7);
  expect(rest[0]).toMatchObject({
    response: null,
    error: {
      code: "batch_expired",
      message: "This request could not be executed before the completion window expired.",
    },
  });
  expect((await control("GET", "ledger")).linesExecuted).toBe(3);
});

test("failed_validation: any code, once", async () => {
  const { client } = await startBench({ faults: ["failed_validation:once:limit=123"] });
  const batch = await runBatch(client, inputLines(2));
  expect(batch.errors?.data?.[0]).toMatchObject({ code: "token_limit_exceeded", line: null });
  expect(batch.errors?.data?.[0]?.message).toContain(
    "for gpt-6-luna in organization org-emulator. Limit: 123 enqueued",
  );
  expect((await runBatch(client, inputLines(2))).status).toBe("completed");
});

test("failed_validation: a code, message and line of choice, for one batch", async () => {
  const { client, control } = await startBench();
  await control("PUT", "faults", {
    kind: "failed_validation",
    filter: { batch: 2 },
    params: { code: "invalid_json_line", message: "Bad: a, b.", line: 7 },
  });
  expect((await runBatch(client, inputLines(1))).status).toBe("completed");
  const failed = await runBatch(client, inputLines(1));
  expect(failed.errors?.data).toEqual([{ code: "invalid_json_line", message: "Bad: a, b.", param: null, line: 7 }]);
});

test.each([
  ["each", [1, 2, 3]],
  ["one", [1]],
  ["outside", [4]],
  ["none", [null]],
])("bad_lines: %s is named, nothing runs, and a file without the bad ones is taken", async (names, lines) => {
  const { client, control } = await startBench({ faults: [`bad_lines:share=1,names=${names},code=odd`] });
  const batch = await runBatch(client, inputLines(3));
  expect(batch.status).toBe("failed");
  expect(batch.errors?.data?.map(({ line }) => line)).toEqual(lines);
  expect(batch.errors?.data?.[0]).toMatchObject({ code: "odd", message: "The line is not valid.", param: null });
  expect((await control("GET", "ledger")).linesExecuted).toBe(0);
});

test("bad_lines: the same lines are bad each time, and a wrong one is named that is good", async () => {
  const { client, control } = await startBench({ faults: ["bad_lines:share=0.5,names=each"] });
  const bad = async () => (await runBatch(client, inputLines(12))).errors?.data?.map(({ line }) => line);
  const named = await bad();
  expect(named?.length).toBeGreaterThan(0);
  expect(named?.length).toBeLessThan(12);
  expect(await bad()).toEqual(named);
  const good = inputLines(12).filter((_, index) => !named?.includes(index + 1));
  expect((await runBatch(client, good)).status).toBe("completed");
  await control("DELETE", "faults");
  await control("PUT", "faults", { kind: "bad_lines", params: { share: 0.5, names: "wrong" } });
  expect(named).not.toContain((await bad())?.[0]);
});

test("fails_midway: failed, with what ran in the files that it names, and with or without a reason", async () => {
  const { client, control } = await startBench({ faults: ["fails_midway:once:share=0.6"] });
  const batch = await runBatch(client, inputLines(10));
  expect(batch).toMatchObject({ status: "failed", failed_at: expect.any(Number), errors: null, error_file_id: null });
  expect(batch.request_counts).toEqual({ total: 10, completed: 6, failed: 0 });
  expect(await readLines(client, batch.output_file_id)).toHaveLength(6);
  expect((await control("GET", "ledger")).linesExecuted).toBe(6);
  await control("PUT", "faults", { kind: "fails_midway", params: { share: 0.5, code: "server_error" } });
  const second = await runBatch(client, inputLines(4));
  expect(second.errors?.data).toEqual([
    { code: "server_error", message: "The batch could not be finished.", param: null, line: null },
  ]);
  expect(await readLines(client, second.output_file_id)).toHaveLength(2);
});

test("all_lines_failed: completed without an output file", async () => {
  const { client, control } = await startBench({ faults: ["all_lines_failed:status=500"] });
  const batch = await runBatch(client, inputLines(3));
  expect(batch).toMatchObject({ status: "completed", output_file_id: null });
  expect(batch.request_counts).toEqual({ total: 3, completed: 0, failed: 3 });
  const lines = await readLines(client, batch.error_file_id);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatchObject({
    error: null,
    response: { status_code: 500, body: { error: { type: "server_error" } } },
  });
  expect((await control("GET", "ledger")).linesExecuted).toBe(0);
});

test("unrun_lines_missing: unrun lines stand in neither file", async () => {
  const { client } = await startBench({ faults: ["expired", "unrun_lines_missing"] });
  const batch = await runBatch(client, inputLines(10));
  expect(batch).toMatchObject({ status: "expired", error_file_id: null });
  expect(await readLines(client, batch.output_file_id)).toHaveLength(5);
});

test("counts_lie and empty_file_ids", async () => {
  const { client } = await startBench({ faults: ["counts_lie", "empty_file_ids", "line_error:custom_id=bad"] });
  const mixed = await runBatch(client, [inputLine("bad"), inputLine("good")]);
  expect(mixed.request_counts).toEqual({ total: 2, completed: 2, failed: 0 });
  expect(await readLines(client, mixed.error_file_id)).toHaveLength(1);
  expect(await runBatch(client, [inputLine("good")])).toMatchObject({ error_file_id: "" });
  expect(await runBatch(client, ["{"])).toMatchObject({ output_file_id: "", error_file_id: "", status: "failed" });
});

test("unknown_status shows for a while", async () => {
  const { client, advance } = await startBench({ ...manual, faults: ["unknown_status:ms=5s,status=paused"] });
  const { id, status } = await create(client, await upload(client, inputLines(1)));
  expect(status).toBe("paused");
  await advance(6_000);
  expect((await client.batches.retrieve(id)).status).toBe("in_progress");
});

test("stuck_in_progress holds a batch for a time, or until it is cancelled", async () => {
  const { client, advance } = await startBench({
    ...manual,
    faults: ["stuck_in_progress:batch=1,ms=1h", "stuck_in_progress:batch=2"],
  });
  const fileId = await upload(client, inputLines(10));
  const [hour, ever] = [await create(client, fileId), await create(client, fileId)];
  await advance(3_500_000);
  expect(await client.batches.retrieve(hour.id)).toMatchObject({
    status: "in_progress",
    request_counts: { completed: 5 },
  });
  await advance(200_000);
  expect((await client.batches.retrieve(hour.id)).status).toBe("completed");
  await client.batches.cancel(ever.id);
  await advance(1_000);
  const cancelled = await client.batches.retrieve(ever.id);
  expect(cancelled).toMatchObject({ status: "cancelled", request_counts: { total: 10, completed: 5, failed: 5 } });
});

test("stuck_in holds a batch in a status past its expiry, and a cancel that is refused changes nothing", async () => {
  const day = 24 * 3_600_000;
  const { client, advance, control } = await startBench({
    ...manual,
    faults: [
      "stuck_in:batch=1,ms=72h",
      "stuck_in:batch=2,status=validating,ms=48h",
      "stuck_in:batch=3,status=cancelling,ms=48h",
    ],
  });
  const fileId = await upload(client, inputLines(4));
  const [finalizing, validating, cancelling] = [
    await create(client, fileId),
    await create(client, fileId),
    await create(client, fileId),
  ];
  await client.batches.cancel(cancelling.id);
  await advance(day + 3_600_000);
  expect((await client.batches.retrieve(validating.id)).status).toBe("validating");
  expect((await client.batches.retrieve(cancelling.id)).status).toBe("cancelling");
  await control("POST", "faults", "cancel_refused:once");
  const quick = { maxRetries: 0 };
  await expect(client.batches.cancel(finalizing.id, quick)).rejects.toMatchObject({ status: 409 });
  await advance(day);
  expect((await client.batches.retrieve(validating.id)).status).toBe("expired");
  expect((await client.batches.retrieve(cancelling.id)).status).toBe("cancelled");
  expect((await client.batches.retrieve(finalizing.id)).status).toBe("finalizing");
  await client.batches.cancel(finalizing.id, quick);
  await advance(2_000);
  const over = await client.batches.retrieve(finalizing.id);
  expect(over).toMatchObject({ status: "cancelled", request_counts: { completed: 4 } });
});

test("retrieve_fails refuses one batch for a while, which runs on", async () => {
  const { client, advance } = await startBench({
    ...manual,
    faults: ["retrieve_fails:batch=1,status=503,after=5s,ms=1h"],
  });
  const fileId = await upload(client, inputLines(1));
  const [silent, other] = [await create(client, fileId), await create(client, fileId)];
  expect((await client.batches.retrieve(silent.id)).status).toBe("validating");
  await advance(60_000);
  await expect(client.batches.retrieve(silent.id, { maxRetries: 0 })).rejects.toMatchObject({ status: 503 });
  expect((await client.batches.retrieve(other.id)).status).toBe("completed");
  expect((await client.batches.list()).data.map(({ status }) => status)).toEqual(["completed", "completed"]);
  await advance(3_600_000);
  expect((await client.batches.retrieve(silent.id)).status).toBe("completed");
});

test("slow_batch takes its times the factor", async () => {
  const { client, advance } = await startBench({ ...manual, faults: ["slow_batch:factor=10"] });
  const { id } = await create(client, await upload(client, inputLines(1)));
  await advance(100_000);
  expect((await client.batches.retrieve(id)).status).toBe("in_progress");
  await advance(20_000);
  expect((await client.batches.retrieve(id)).status).toBe("completed");
});

test("file_not_seen: a fresh file is not found, the same file is later", async () => {
  const { client, advance } = await startBench({ ...manual, faults: ["file_not_seen:ms=5s"] });
  const fileId = await upload(client, inputLines(1));
  const early = await create(client, fileId);
  await advance(5_000);
  expect((await client.batches.retrieve(early.id)).errors?.data?.[0]).toMatchObject({
    code: "invalid_request",
    param: "file_id",
  });
  const late = await create(client, fileId);
  await advance(20_000);
  expect((await client.batches.retrieve(late.id)).status).toBe("completed");
});

test("late_listing: a batch can be retrieved before it is listed", async () => {
  const { client, advance } = await startBench({ ...manual, faults: ["late_listing:ms=3s"] });
  const { id } = await create(client, await upload(client, inputLines(1)));
  expect((await client.batches.list()).data).toEqual([]);
  expect((await client.batches.retrieve(id)).id).toBe(id);
  await advance(3_000);
  expect((await client.batches.list()).data.map((batch) => batch.id)).toEqual([id]);
});

test("stale_listing: a batch that is over is listed as in progress", async () => {
  const { client, advance } = await startBench({ ...manual, faults: ["stale_listing"] });
  const { id } = await create(client, await upload(client, inputLines(2)));
  await advance(60_000);
  expect(await client.batches.retrieve(id)).toMatchObject({ status: "completed", request_counts: { completed: 2 } });
  const listed = { id, status: "in_progress", output_file_id: null, request_counts: { total: 2, completed: 0 } };
  expect((await client.batches.list()).data).toMatchObject([listed]);
});

test("rates decide by the seed, and filters by endpoint keep other batches whole", async () => {
  const statuses = async (seed: number) => {
    const { client } = await startBench({ seed, faults: ["expired:0.5", "failed_validation:endpoint=/v1/responses"] });
    const fileId = await upload(client, inputLines(2));
    const found: string[] = [];
    for (let i = 0; i < 8; i++) found.push((await untilOver(client, (await create(client, fileId)).id)).status);
    return found;
  };
  const first = await statuses(7);
  expect(new Set(first)).toEqual(new Set(["expired", "completed"]));
  expect(await statuses(7)).toEqual(first);
});
