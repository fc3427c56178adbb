// How fast results are collected by one worker, and by several beside each other that share the batches of one database.
// Usage: npm run bench:workers -- [requests, default 50000] [lines a batch, default 2500] [most workers, default 4]
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { writeSessions } from "./compare/texts.ts";
import { collectWith } from "./workers/collectWith.ts";

const [requests = 50_000, lines = 2_500, most = 4] = process.argv.slice(2).map(Number);

const folder = await mkdtemp(path.join(tmpdir(), "livedash-workers-"));
const csv = path.join(folder, "sessions.csv");
try {
  await writeSessions(csv, { count: requests });
  process.stdout.write(`${requests} requests in batches of ${lines}, ${availableParallelism()} cores\n`);
  process.stdout.write("| workers | wall s | a second | PostgreSQL CPU s | Node CPU s | idle s of all cores |\n");
  process.stdout.write("| --- | --- | --- | --- | --- | --- |\n");
  for (let workers = 1; workers <= most; workers *= 2) {
    const { wall, postgres, node, idle, answers } = await collectWith({ csv, requests, lines, workers });
    const cells = [wall.toFixed(1), Math.round(requests / wall), ...[postgres, node, idle].map((s) => s.toFixed(1))];
    process.stdout.write(`| ${[workers, ...cells].join(" | ")} |\n`);
    if (answers !== requests) throw new Error(`${answers} of ${requests} answers were collected.`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
