import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../../emulator/clock.ts";
import { startEmulator } from "../../emulator/server.ts";
import { create, failure, inputLines, manual, readLines, readText, startBench, untilOver, upload } from "./support.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("files, batches, ledger and faults survive a close, in every state of a batch", async () => {
  const dataDir = await temporaryFolder();
  const clock = new ManualClock(Date.now());
  const first = await startBench({ ...manual, dataDir, clock });
  const fileId = await upload(first.client, inputLines(20));
  const finished = await create(first.client, fileId, { batch_id: "finished" });
  await first.advance(20_000);
  const finalizing = await create(first.client, fileId);
  await first.advance(5_500);
  const running = await create(first.client, fileId);
  const stopped = await create(first.client, fileId);
  await first.advance(6_000);
  const validating = await create(first.client, fileId);
  await first.client.batches.cancel(stopped.id);
  await first.client.files.delete(fileId);
  await first.control("POST", "faults", "expired:3x:batch=77");
  const before = await first.client.batches.retrieve(finished.id);
  const text = await readText(first.client, before.output_file_id);
  const states = async (client: OpenAI) => (await client.batches.list()).data.map((batch) => batch.status);
  const seen = ["validating", "cancelling", "in_progress", "finalizing", "completed"];
  expect(await states(first.client)).toEqual(seen);
  await first.close();

  const second = await startBench({ ...manual, dataDir, clock });
  expect(await states(second.client)).toEqual(seen);
  expect(await second.client.batches.retrieve(finished.id)).toEqual(before);
  expect(await readText(second.client, before.output_file_id)).toBe(text);
  expect((await second.control("GET", "faults")).rules).toMatchObject([{ id: "1", kind: "expired", left: 3 }]);
  await second.advance(20_000);
  expect(await states(second.client)).toEqual(["failed", "cancelled", "completed", "completed", "completed"]);
  const cancelled = await second.client.batches.retrieve(stopped.id);
  expect(cancelled.request_counts).toEqual({ total: 20, completed: 10, failed: 10 });
  for (const { id } of [finalizing, running]) {
    const batch = await second.client.batches.retrieve(id);
    expect(await readLines(second.client, batch.output_file_id)).toHaveLength(20);
  }
  expect((await second.client.batches.retrieve(validating.id)).errors?.data?.[0]?.code).toBe("invalid_request");
  const ledger = await second.control("GET", "ledger");
  expect(ledger).toMatchObject({ linesExecuted: 70, differentLines: 20, linesExecutedTwice: 20 });
});

test("a batch ends as if nothing had been when the emulator is killed in the middle of it", async () => {
  const dataDir = await temporaryFolder();
  const server = new URL("../../emulator/server.ts", import.meta.url).href;
  const times = { validating: 0, inProgress: 600_000, finalizing: 0 };
  const script = `const { startEmulator } = await import(${JSON.stringify(server)});
    console.log((await startEmulator(${JSON.stringify({ dataDir, times })})).url);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  const client = new OpenAI({ baseURL: String(line).trim(), apiKey: "k", maxRetries: 0 });
  const { id } = await create(client, await upload(client, inputLines(200)));
  while ((await client.batches.retrieve(id)).status !== "in_progress");
  child.kill("SIGKILL");
  await once(child, "exit");
  await appendFile(join(dataDir, "state.jsonl"), '[{"batch":{"id":"cut off in the mid');

  const clock = new ManualClock(Date.now());
  const again = await startBench({ dataDir, clock });
  expect((await again.client.batches.retrieve(id)).status).toBe("in_progress");
  await again.advance(700_000);
  const batch = await untilOver(again.client, id);
  expect(batch).toMatchObject({ status: "completed", request_counts: { total: 200, completed: 200, failed: 0 } });
  expect(await readLines(again.client, batch.output_file_id)).toHaveLength(200);
  expect(await again.control("GET", "ledger")).toMatchObject({ linesExecuted: 200, linesExecutedTwice: 0 });
  expect((await readdir(join(dataDir, "files"))).sort()).toEqual([batch.input_file_id, batch.output_file_id].sort());
});

test("a cancelled batch that was killed before its files stood runs just the lines again that had run", async () => {
  const dataDir = await temporaryFolder();
  const clock = new ManualClock(Date.now());
  const first = await startBench({ ...manual, dataDir, clock });
  const { id } = await create(first.client, await upload(first.client, inputLines(20)));
  await first.advance(6_000);
  await first.close();
  const [last] = (await readFile(join(dataDir, "state.jsonl"), "utf8")).trimEnd().split("\n").slice(-1);
  const [{ batch }] = JSON.parse(last ?? "");
  const cancelled = { ...batch, status: "cancelling", cancellingAt: clock.now(), linesRunAtCancel: 7 };
  await appendFile(join(dataDir, "state.jsonl"), `${JSON.stringify([{ batch: cancelled }])}\n`);
  await writeFile(join(dataDir, "ledger", id), '+"r1"\n');

  const second = await startBench({ ...manual, dataDir, clock });
  await second.advance(2_000);
  expect(await second.client.batches.retrieve(id)).toMatchObject({
    status: "cancelled",
    request_counts: { total: 20, completed: 7, failed: 13 },
  });
  expect(await second.control("GET", "ledger")).toMatchObject({ linesExecuted: 7, linesExecutedTwice: 0 });
});

test("a log that was changed by hand is refused in words", async () => {
  const dataDir = await temporaryFolder();
  await appendFile(join(dataDir, "state.jsonl"), "not json\n[]\n");
  expect(await failure(startEmulator({ dataDir }))).toMatchObject({
    code: "damaged_data",
    message: expect.stringContaining("state.jsonl line 1"),
  });
});
