import { afterAll, beforeAll, expect, it } from "vitest";
import { runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";

const SESSIONS = 400;
/** What an analysis writes to a session. */
const SET = ["language", "sentiment", "escalated", "forwardedHr", "category", "summary", "analysedAt", "updatedAt"];
const TEXT =
  "Hello, I would like to ask how many days of leave I have left this year, and until when I must take them.";

let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await startPipelineInOwnTime();
});
afterAll(() => pipeline.close());

/** The page of a table in which each row is. */
async function pagesOf(table: string): Promise<Map<string, number>> {
  const { rows } = await pipeline.database.pool.query<{ id: string; page: number }>(
    `SELECT "id", (ctid::text::point)[0]::int AS "page" FROM "${table}"`,
  );
  return new Map(rows.map(({ id, page }) => [id, page]));
}

async function shareThatStays(table: string, work: () => Promise<void>): Promise<number> {
  const before = await pagesOf(table);
  await work();
  const after = await pagesOf(table);
  return [...after].filter(([id, page]) => before.get(id) === page).length / before.size;
}

// With both, PostgreSQL writes no index at all, and logs no more of a row than what has changed (HOT).
it("an analysis finds room for its session in the same page, and no index has what it sets", async () => {
  const { rows: indexed } = await pipeline.database.owner.query(
    `SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
      WHERE i.indrelid = '"Session"'::regclass AND a.attname = ANY($1)`,
    [SET],
  );
  expect(indexed).toEqual([]);
  await pipeline.database.rows.requests(SESSIONS, (n) => ({
    session: {
      externalSessionId: `63d1f6a2-${n}`,
      ipAddress: "192.0.2.17",
      country: "NL",
      fullTranscriptUrl: `https://transcripts.example.test/sessions/2026/10/${n}.txt`,
      avgResponseTime: 1.5,
      initialMsg: TEXT,
      messages: [TEXT],
    },
  }));
  const share = await shareThatStays("Session", () => runUntilIdle(pipeline.ctx));
  const analysed = await pipeline.database.pool.query(`SELECT 1 FROM "Session" WHERE "summary" IS NOT NULL`);
  expect(analysed.rowCount).toBe(SESSIONS);
  expect(share).toBe(1);
});
