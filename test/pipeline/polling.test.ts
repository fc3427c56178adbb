import { afterEach, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import type { StepHook } from "../../lib/step.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

it("a round visits a batch once, also where a lease was asked for before and is given after its visit", async () => {
  pipeline = await startPipeline({ emulator: { times: { inProgress: 60_000 } } });
  await addSessions(pipeline.ctx, 2);
  await batchCreator(pipeline.ctx);
  const { db } = pipeline.ctx;
  const handedBack = Promise.withResolvers<void>();
  const steps: StepHook = async (name, action) => {
    const done = await action();
    if (name === "lease.hand_back") handedBack.resolve();
    return done;
  };
  // As a pooler in between has it: what is asked waits for a connection there, as it was sent.
  let asked = 0;
  const query = async (sql: string, values: unknown[]) => {
    const sent = structuredClone(values);
    if (sql.includes('SET "epoch" = "epoch" + 1') && ++asked === 2) await handedBack.promise;
    return db.query(sql, sent);
  };
  const slow = new Proxy(db, {
    get: (_, name) => {
      const value = name === "query" ? query : Reflect.get(db, name);
      return typeof value === "function" ? value.bind(db) : value;
    },
  });
  expect(await batchPoller({ ...pipeline.ctx, db: slow, steps })).toEqual({ visited: 1, failed: 0 });
  expect(asked).toBeGreaterThan(1);
});
