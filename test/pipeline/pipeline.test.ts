import { afterEach, describe, expect, it } from "vitest";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

describe("the way through", () => {
  it("analyses every session", async () => {
    pipeline = await startPipeline();
    await addSessions(pipeline.ctx, 50);
    await runUntilIdle(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT count(*)::int AS n FROM "Session" WHERE "language" IS NOT NULL AND "sentiment" IS NOT NULL
         AND "category" IS NOT NULL AND length("summary") BETWEEN 10 AND 300`,
    );
    if (rows[0].n !== 50) console.log(pipeline.logged());
    expect(rows[0].n).toBe(50);
  });
});
