import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openSpool } from "../../lib/pipeline/create/spool.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it("holds what was written, as often as it is read, and leaves nothing behind", async () => {
  const spool = await openSpool();
  const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ${"ü".repeat(index % 400)}`);
  for (const line of lines) await spool.write(line);
  const content = `${lines.join("\n")}\n`;
  expect(await spool.close()).toBe(createHash("sha256").update(content).digest("hex"));
  expect(spool.bytes).toBe(Buffer.byteLength(content));
  for (let time = 0; time < 2; time++) {
    const parts: Uint8Array[] = [];
    for await (const part of spool.open()) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe(content);
  }
  expect(await readdir(folder)).toEqual([]);
  await spool.remove();
});

it.each<[string, (line: number) => boolean]>([
  ["the first", (line) => line > 0],
  ["the last", (line) => line < 999],
  ["every other", (line) => line % 2 === 0],
  ["a piece longer than a block", (line) => line < 100 || line > 800],
  ["all", () => false],
])("leaves out lines: %s", async (_which, isKept) => {
  const spool = await openSpool();
  const lines = Array.from({ length: 1_000 }, (_, index) => `${index} ${"ü".repeat(index % 400)}`);
  for (const line of lines) await spool.write(line);
  await spool.close();
  const content = lines.flatMap((line, index) => (isKept(index) ? [`${line}\n`] : [])).join("");
  expect(await spool.keep(isKept)).toBe(createHash("sha256").update(content).digest("hex"));
  expect(spool.bytes).toBe(Buffer.byteLength(content));
  const parts: Uint8Array[] = [];
  for await (const part of spool.open()) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe(content);
  await spool.remove();
});
