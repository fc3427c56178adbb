import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Context } from "../../lib/context.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { LiveDashError } from "../../lib/errors.ts";
import { abortJob } from "../../lib/jobs/abortJob.ts";
import { askForJob, askForJobs } from "../../lib/jobs/askForJob.ts";
import { defineKind, type HeldJob, type JobEnd, type JobKinds } from "../../lib/jobs/job.ts";
import { keepJobs } from "../../lib/jobs/keepJobs.ts";
import { retryJob } from "../../lib/jobs/retryJob.ts";
import { runJob } from "../../lib/jobs/runJob.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { forgetWorkers } from "../support/jobs.ts";
import { silentLog } from "../web/support.ts";

type Held = HeldJob<{ n: number }>;
type Row = Record<string, unknown>;

let database: TestDatabase;
let ctx: Context;
/** What the next job does, and what was told of its end. */
let work: (job: Held) => Promise<void>;
let ends: JobEnd[];
let retried: number;

const kind = defineKind({
  name: "test",
  input: z.strictObject({ n: z.number() }),
  atOnce: 1,
  run: (_, job) => work(job),
  ended: async (_, __, ___, end) => void ends.push(end),
  retried: async () => void retried++,
});
const KINDS: JobKinds = new Map([[kind.name, kind]]);

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = consoleContext(database.pool, silentLog());
});
beforeEach(async () => {
  await database.owner.query(`TRUNCATE "Job"; DELETE FROM pgboss.job`);
  [work, ends, retried] = [async () => {}, [], 0];
});
afterAll(() => database.drop());

const job = (targetId: string) => ({
  kind: kind.name,
  input: { n: 1 },
  target: { type: "thing", id: targetId },
  askedBy: "Ada",
});
const ask = (targetId = "one") => inTransaction(ctx.db, (tx) => askForJob(ctx, tx, job(targetId)));
const run = (id: string, round = 1, on: Context = ctx) => runJob(on, KINDS, { id, round });
const rowsOf = async (sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await database.owner.query<Row>(sql, values)).rows;
const read = async (id: string) => (await rowsOf(`SELECT * FROM "Job" WHERE "id" = $1`, [id]))[0] ?? {};
const messages = () =>
  rowsOf(`SELECT data->>'id' AS "id", (data->>'round')::int AS "round" FROM pgboss.job ORDER BY "created_on"`);
const stopped = (held: Held) =>
  vi.waitFor(() => expect(held.stopping.aborted).toBe(true), { timeout: 240_000, interval: 20 });
const nothing = async () => {};

describe("a job", () => {
  it("is there with its message, or neither is", async () => {
    const { id, isNew } = await ask();
    expect(isNew).toBe(true);
    expect(await messages()).toEqual([{ id, round: 1 }]);
    expect(await read(id)).toMatchObject({ state: "QUEUED", askedBy: "Ada", attempt: 0, done: 0 });
    const lost = inTransaction(ctx.db, async (tx) => {
      await askForJob(ctx, tx, job("two"));
      throw new Error("the asking failed");
    });
    await expect(lost).rejects.toThrow("the asking failed");
    expect(await messages()).toHaveLength(1);
    expect(await rowsOf(`SELECT "id" FROM "Job"`)).toEqual([{ id }]);
  });

  it("is one, however often the same is asked for, until it has ended", async () => {
    const { id } = await ask();
    expect(await ask()).toEqual({ id, isNew: false });
    const several = ["one", "two", "three"].map(job);
    expect(await inTransaction(ctx.db, (tx) => askForJobs(ctx, tx, several))).toBe(2);
    expect(await messages()).toHaveLength(3);
    await run(id);
    expect((await ask()).isNew).toBe(true);
  });

  it("is done once, however often its message comes", async () => {
    let times = 0;
    work = async (held) => {
      times++;
      await held.progress(ctx.db, { done: 3, total: 4, outcome: { made: 3 } });
    };
    const { id } = await ask();
    await run(id);
    await run(id);
    expect(times).toBe(1);
    expect(await read(id)).toMatchObject({ state: "DONE", done: 3, total: 4, outcome: { made: 3 }, heldUntil: null });
    expect(ends).toEqual([{ state: "DONE" }]);
  });

  it("is left to the worker that has it, and comes to another when that one is gone", async () => {
    const { id } = await ask();
    const gone = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<Held>();
    work = async (held) => {
      begun.resolve(held);
      await gone.promise;
      await held.progress(ctx.db, { done: 99 });
    };
    const first = run(id);
    await begun.promise;
    await expect(run(id)).rejects.toMatchObject({ code: "job_held", retryable: true });

    await forgetWorkers(ctx);
    work = (held) => held.progress(ctx.db, { done: 1 });
    await run(id);
    expect(await read(id)).toMatchObject({ state: "DONE", attempt: 2, done: 1 });
    // The first one wakes up: nothing that it writes is taken.
    gone.resolve();
    await expect(first).rejects.toMatchObject({ code: "job_lost" });
    expect(await read(id)).toMatchObject({ state: "DONE", done: 1 });
    expect(ends).toEqual([{ state: "DONE" }]);
  });

  it("is given back by a process that stops, and that does not count", async () => {
    const { id } = await ask();
    const stop = new AbortController();
    work = async (held) => {
      stop.abort();
      await stopped(held);
      throw new LiveDashError("stopped", "Stopped.", { retryable: true });
    };
    await run(id, 1, { ...ctx, stopping: stop.signal });
    expect(await read(id)).toMatchObject({ state: "QUEUED", round: 2, attempt: 0, heldUntil: null, error: null });
    expect(await messages()).toEqual([
      { id, round: 1 },
      { id, round: 2 },
    ]);
    work = nothing;
    await run(id, 1);
    expect(await read(id)).toMatchObject({ state: "QUEUED" });
    await run(id, 2);
    expect(await read(id)).toMatchObject({ state: "DONE" });
  });

  it("fails for good when it has taken five processes with it", async () => {
    const { id } = await ask();
    let times = 0;
    work = () => Promise.reject(Object.assign(new Error(`gone ${++times}`), { code: "ECONNREFUSED" }));
    for (let attempt = 1; attempt <= 5; attempt++) await expect(run(id)).rejects.toThrow(`gone ${attempt}`);
    expect(await read(id)).toMatchObject({ state: "RUNNING", attempt: 5 });
    await run(id);
    expect(times).toBe(5);
    expect(await read(id)).toMatchObject({ state: "FAILED", errorCode: "job_broken_off" });
    expect(ends).toMatchObject([{ state: "FAILED", code: "job_broken_off" }]);
  });

  it.each(["40001", "40P01", "55P03"])("goes on later when another transaction was in its way (%s)", async (code) => {
    const { id } = await ask();
    work = () => Promise.reject(Object.assign(new Error("not now"), { code }));
    await expect(run(id)).rejects.toThrow("not now");
    expect(await read(id)).toMatchObject({ state: "RUNNING" });
    work = async () => {};
    await run(id);
    expect(await read(id)).toMatchObject({ state: "DONE" });
  });

  it.each([
    [
      "in our words",
      new LiveDashError("no_room", "There is no room. Make some."),
      "no_room",
      "There is no room. Make some.",
    ],
    [
      "by its code alone",
      new TypeError("secret word"),
      "unexpected",
      "The job failed unexpectedly (no code). The log says more.",
    ],
  ])("says why it failed %s", async (_, error, errorCode, sentence) => {
    const { id } = await ask();
    work = () => Promise.reject(error);
    await run(id);
    expect(await read(id)).toMatchObject({ state: "FAILED", errorCode, error: sentence, finishedAt: expect.any(Date) });
  });
});

describe("an abort", () => {
  it("ends a waiting job at once, and its message finds nothing to do", async () => {
    const { id } = await ask();
    expect(await abortJob(ctx, KINDS, id, nothing)).toBe(true);
    expect(await read(id)).toMatchObject({ state: "ABORTED", finishedAt: expect.any(Date) });
    expect(ends).toEqual([{ state: "ABORTED" }]);
    work = () => Promise.reject(new Error("must not run"));
    await run(id);
    expect(await abortJob(ctx, KINDS, id, nothing)).toBe(false);
    expect(await abortJob(ctx, KINDS, "missing", nothing)).toBe(false);
  });

  it("ends a running job with the next thing that it writes, and takes back what it wrote with it", async () => {
    const { id } = await ask();
    work = async (held) => {
      await abortJob(ctx, KINDS, id, nothing);
      await inTransaction(ctx.db, async (tx) => {
        await tx.query(`INSERT INTO "CallCount" VALUES ('aborted', now(), 1)`);
        await held.progress(tx, { done: 1 });
      });
    };
    await run(id);
    expect(await read(id)).toMatchObject({ state: "ABORTED", done: 0 });
    expect(await rowsOf(`SELECT 1 FROM "CallCount" WHERE "key" = 'aborted'`)).toEqual([]);
  });

  it("reaches a job that writes nothing", async () => {
    const { id } = await ask();
    work = async (held) => {
      await abortJob(ctx, KINDS, id, nothing);
      await stopped(held);
      throw new Error("broken off");
    };
    const hurried = { ...ctx, clock: { ...ctx.clock, sleep: () => ctx.clock.sleep(10) } };
    await run(id, 1, hurried);
    expect(await read(id)).toMatchObject({ state: "ABORTED", error: null });
  });

  it("of a job whose worker is gone takes effect when the next one comes", async () => {
    const { id } = await ask();
    await database.owner.query(
      `UPDATE "Job" SET "state" = 'RUNNING', "attempt" = 1, "heldUntil" = now() - interval '1 minute'`,
    );
    await abortJob(ctx, KINDS, id, nothing);
    expect(await read(id)).toMatchObject({ state: "RUNNING" });
    work = () => Promise.reject(new Error("must not run"));
    await run(id);
    expect(await read(id)).toMatchObject({ state: "ABORTED" });
  });
});

describe("a retry", () => {
  it("sends a job again that failed or was aborted, from where it was", async () => {
    const { id } = await ask();
    work = async (held) => {
      await held.progress(ctx.db, { done: 2, outcome: { made: 2 } });
      throw new LiveDashError("no_room", "There is no room.");
    };
    await run(id);
    expect(await retryJob(ctx, KINDS, id, nothing)).toBe(true);
    expect(retried).toBe(1);
    expect(await read(id)).toMatchObject({ state: "QUEUED", round: 2, error: null, finishedAt: null, done: 2 });
    work = async (held) => expect(held.outcome).toEqual({ made: 2 });
    await run(id, 1);
    expect(await read(id)).toMatchObject({ state: "QUEUED" });
    await run(id, 2);
    expect(await read(id)).toMatchObject({ state: "DONE" });
    expect(await retryJob(ctx, KINDS, id, nothing)).toBe(false);
  });

  it("does not set two of the same to work", async () => {
    const first = await ask();
    await abortJob(ctx, KINDS, first.id, nothing);
    await ask();
    expect(await retryJob(ctx, KINDS, first.id, nothing)).toBe(false);
  });
});

describe("keeping jobs", () => {
  it("sends those again of which the queue has lost the message, and no others", async () => {
    const [lost, kept, young] = [await ask("lost"), await ask("kept"), await ask("young")];
    await database.owner.query(`DELETE FROM pgboss.job WHERE data->>'id' <> $1`, [kept.id]);
    await database.owner.query(`UPDATE "Job" SET "createdAt" = now() - interval '1 hour' WHERE "id" <> $1`, [young.id]);
    expect(await keepJobs(ctx, KINDS)).toEqual({ sentAgain: 1, removed: 0 });
    expect((await messages()).map(({ id }) => id)).toEqual([kept.id, lost.id]);
    expect(await keepJobs(ctx, new Map())).toEqual({ sentAgain: 0, removed: 0 });
  });

  it("sends all of them, however many there are", async () => {
    const jobs = Array.from({ length: 201 }, (_, n) => job(`lost ${n}`));
    expect(await inTransaction(ctx.db, (tx) => askForJobs(ctx, tx, jobs))).toBe(201);
    await database.owner.query(`DELETE FROM pgboss.job; UPDATE "Job" SET "createdAt" = now() - interval '1 hour'`);
    expect(await keepJobs(ctx, KINDS)).toEqual({ sentAgain: 201, removed: 0 });
    expect(await messages()).toHaveLength(201);
  });

  it("removes those that ended more than 90 days ago", async () => {
    const [old, recent] = [await ask("old"), await ask("recent")];
    await run(old.id);
    await run(recent.id);
    await database.owner.query(
      `UPDATE "Job" SET ("createdAt", "finishedAt") = (now() - interval '92 days', now() - interval '91 days') WHERE "id" = $1`,
      [old.id],
    );
    expect(await keepJobs(ctx, KINDS)).toEqual({ sentAgain: 0, removed: 1 });
    expect(await rowsOf(`SELECT "id" FROM "Job"`)).toEqual([{ id: recent.id }]);
  });
});
