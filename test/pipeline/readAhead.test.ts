import { afterEach, expect, it, vi } from "vitest";
import type { PipelineContext } from "../../lib/context.ts";
import { NO_PRICE } from "../../lib/costs/price.ts";
import { collectFile } from "../../lib/pipeline/collect/collectFile.ts";
import { emptyTally } from "../../lib/pipeline/collect/judgeLines.ts";
import { readSessions } from "../../lib/pipeline/create/readSessions.ts";
import { countLoopTurns } from "../support/loopTurns.ts";
import { startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";

const MEGABYTE = 1024 * 1024;
const LINES = 40;
/** Eight lines of a megabyte make a chunk. */
const CHUNK = 8;
const BATCHES = 3;

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

/** Result files of long lines, which count how many of them were asked for. */
function files() {
  const read = { lines: 0 };
  const line = (n: number) => {
    const message = { role: "assistant", content: "x".repeat(MEGABYTE) };
    const body = { object: "chat.completion", choices: [{ index: 0, finish_reason: "stop", message }] };
    return Buffer.from(`${JSON.stringify({ custom_id: `nobody-${n}`, response: { status_code: 200, body } })}\n`);
  };
  async function* content() {
    for (let n = 0; n < LINES; n++) {
      read.lines++;
      yield line(n);
    }
  }
  return { read, open: () => ({ content: content(), bytes: null }) };
}

async function openBatches(): Promise<{ batchId: string; epoch: number; signal: AbortSignal }[]> {
  const ids = Array.from({ length: BATCHES }, (_, n) => `b${n}`);
  await pipeline.database.rows.batches(ids.map((id) => ({ id, status: "COMPLETED", epoch: 1 })));
  return ids.map((batchId) => ({ batchId, epoch: 1, signal: pipeline.ctx.stopping }));
}

it("of all batches together, one chunk more is in memory than are applied at a time", async () => {
  pipeline = await startPipelineInOwnTime();
  const leases = await openBatches();
  const { read, open } = files();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let applying = 0;
  const ctx: PipelineContext = {
    ...pipeline.ctx,
    steps: async (name, action) => {
      if (name === "collect.apply") applying++;
      if (name === "collect.apply") await held;
      return action();
    },
  };
  const reading = { tally: emptyTally() };
  const all = Promise.all(leases.map((lease) => collectFile(ctx, lease, "f", open(), NO_PRICE, reading)));
  await vi.waitFor(() => expect([applying, read.lines]).toEqual([BATCHES, (BATCHES + 1) * CHUNK]), 240_000);
  // Long enough for any of them to read on, if one would.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(read.lines).toBe((BATCHES + 1) * CHUNK);
  release();
  for (const { lines } of await all) expect(lines).toBe(LINES);
});

it("a chunk renews the lease in its own transaction", async () => {
  pipeline = await startPipelineInOwnTime();
  const [lease] = await openBatches();
  if (!lease) throw new Error("no lease");
  const { rows } = await pipeline.database.pool.query(
    `SELECT "leaseExpiresAt" FROM "AIBatchRequest" WHERE "id" = 'b0'`,
  );
  expect(rows).toEqual([{ leaseExpiresAt: null }]);
  await collectFile(pipeline.ctx, lease, "f", files().open(), NO_PRICE, { tally: emptyTally() });
  const renewed = await pipeline.database.pool.query(`SELECT "leaseExpiresAt" FROM "AIBatchRequest" WHERE "id" = 'b0'`);
  const until = pipeline.ctx.clock.now().getTime() + pipeline.ctx.config.BATCH_LEASE_DURATION;
  expect(renewed.rows).toEqual([{ leaseExpiresAt: new Date(until) }]);
});

it("what fails to be applied ends the reading, and nothing is applied after it", async () => {
  pipeline = await startPipelineInOwnTime();
  const [lease] = await openBatches();
  if (!lease) throw new Error("no lease");
  const { read, open } = files();
  let applied = 0;
  const ctx: PipelineContext = {
    ...pipeline.ctx,
    steps: async (name, action) => {
      if (name !== "collect.apply") return action();
      applied++;
      throw new Error("died");
    },
  };
  await expect(collectFile(ctx, lease, "f", open(), NO_PRICE, { tally: emptyTally() })).rejects.toThrow("died");
  expect(applied).toBe(1);
  expect(read.lines).toBeLessThanOrEqual(2 * CHUNK);
});

it("while lines are read, the statements of a chunk that is applied have their turn, though all lines are there at once", async () => {
  pipeline = await startPipelineInOwnTime();
  const [lease] = await openBatches();
  if (!lease) throw new Error("no lease");
  const lines = Array.from({ length: 2_000 }, (_, n) =>
    JSON.stringify({ custom_id: `nobody-${n}`, response: { status_code: 500, body: {} } }),
  );
  async function* content() {
    yield Buffer.from(lines.join("\n"));
  }
  const turns = countLoopTurns();
  let turnsByThen = 0;
  const ctx: PipelineContext = {
    ...pipeline.ctx,
    steps: async (name, action) => {
      if (name === "collect.apply") turnsByThen = turns();
      return action();
    },
  };
  const judgement = { codeOf: () => "line_rejected" as const };
  const answers = { bytes: 0, lines: 0, applied: 0, notApplied: 0, unreadable: 0, named: new Set<string>() };
  const reading = { answers: { ...answers, failuresLeft: true, cut: undefined }, judgement };
  await collectFile(ctx, lease, "f", { content: content(), bytes: null }, NO_PRICE, reading);
  expect(turnsByThen).toBeGreaterThan(180);
});

it("sessions of the next page are read while the lines of this one are written, and none once no more are wanted", async () => {
  pipeline = await startPipelineInOwnTime();
  const { pool, rows } = pipeline.database;
  const requests = await rows.requests(600, (n) => ({
    session: { messages: [`How do I ask for leave in week ${n}?`] },
  }));
  const ids = requests.map(({ id }) => id);
  const statements = { begun: 0, ended: 0 };
  const query = async (...given: Parameters<typeof pool.query>) => {
    statements.begun++;
    try {
      return await pool.query(...given);
    } finally {
      statements.ended++;
    }
  };
  const sql = { query: query as typeof pool.query };
  const read: string[] = [];
  for await (const { id } of readSessions(sql, ids)) {
    read.push(id);
    if (read.length === 1) expect(statements.begun).toBe(2);
    if (read.length === 251) expect(statements.begun).toBe(3);
  }
  expect([read, statements.begun]).toEqual([ids, 3]);
  for await (const { id } of readSessions(sql, ids)) if (id) break;
  expect(statements).toEqual({ begun: 5, ended: 5 });
});
