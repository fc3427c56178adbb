import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { pollInFlight } from "../../bench/companies/pollInFlight.ts";
import { writeSessions } from "../../bench/compare/texts.ts";
import { collectWith } from "../../bench/workers/collectWith.ts";

// Never a time, as in the comparison.
it("two workers together have all answers in the end, and what they took is known", async () => {
  const folder = await mkdtemp(join(tmpdir(), "livedash-workers-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const csv = join(folder, "sessions.csv");
  await writeSessions(csv, { count: 60 });
  const collected = await collectWith({ csv, requests: 60, lines: 10, workers: 2 });
  expect(collected.answers).toBe(60);
  for (const seconds of [collected.wall, collected.postgres, collected.node]) expect(seconds).toBeGreaterThan(0);
});

it("batches in flight are polled until the results of all are there, and every round is counted", async () => {
  const rounds = await pollInFlight({ batches: 5, callMs: 1, runFor: "300ms-900ms", intervalMs: 200 });
  expect(rounds.at(0)?.inFlight).toBe(5);
  expect(rounds.reduce((sum, { collected }) => sum + collected, 0)).toBe(5);
  for (const { calls } of rounds) expect(calls).toBeGreaterThan(0);
});
