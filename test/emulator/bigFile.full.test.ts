import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toStreamingFile } from "openai";
import { expect, onTestFinished, test } from "vitest";
import { splitLines } from "../../emulator/splitLines.ts";
import { create, inputLine, startBench, untilOver } from "./support.ts";

const lineCount = 20_000;

test("20,000 lines go through in memory that does not grow with them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "big.jsonl");
  const writing = createWriteStream(path);
  const content = `User: ${"When is my next shift, please? ".repeat(40)}`;
  for (let i = 0; i < lineCount; i++) {
    const line = inputLine(`line-${i}`, { messages: [{ role: "user", content: `${content} ${i}` }] });
    if (!writing.write(`${line}\n`)) await once(writing, "drain");
  }
  writing.end();
  await once(writing, "close");

  const { client } = await startBench();
  let heap = 0;
  const watch = setInterval(() => {
    heap = Math.max(heap, process.memoryUsage().heapUsed + process.memoryUsage().external);
  }, 20);
  onTestFinished(() => clearInterval(watch));
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  const file = await client.files.create({
    file: toStreamingFile(createReadStream(path), "big.jsonl"),
    purpose: "batch",
  });
  const batch = await untilOver(client, (await create(client, file.id)).id);
  expect(batch.request_counts).toEqual({ total: lineCount, completed: lineCount, failed: 0 });
  const output = join(folder, "output.jsonl");
  const download = await client.files.content(batch.output_file_id ?? "");
  const saving = createWriteStream(output);
  for await (const chunk of download.body ?? []) if (!saving.write(chunk)) await once(saving, "drain");
  saving.end();
  await once(saving, "close");
  const seen = new Set<string>();
  for await (const { text } of splitLines(output)) seen.add(JSON.parse(text).custom_id);
  expect(seen.size).toBe(lineCount);
  expect(file.bytes).toBeGreaterThan(25_000_000);
  expect(heap - before).toBeLessThan(120_000_000);
}, 60_000);
