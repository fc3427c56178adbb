import { afterAll, beforeAll, expect, it } from "vitest";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

const READERS = 4;
const WRITERS = 3;
const STAYING = 15;
const MOVING = 15;

let database: TestDatabase;
let ctx: CallContext;
let staying: string[];

/** Goes on until told to stop: takes requests out of the status and back into it, and adds and removes others. */
async function write(number: number, stop: AbortSignal): Promise<number> {
  let writes = 0;
  while (!stop.aborted) {
    await database.pool.query(
      `UPDATE "AIProcessingRequest" SET "errorMessage" = "errorMessage" || '.', "processingStatus" =
          CASE "processingStatus" WHEN 'PROCESSING_FAILED' THEN 'PENDING_BATCHING' ELSE 'PROCESSING_FAILED'
          END::"AIRequestStatus"
        WHERE "id" LIKE 'moves%' AND random() < 0.3
          AND "id" IN (SELECT 'moves' || i FROM generate_series(1, $1::int) i WHERE i % $2 = $3)`,
      [MOVING, WRITERS, number],
    );
    const added = await addRequests(database.pool, 2, { prefix: `w${number}-${writes}-` });
    await database.pool.query(`UPDATE "AIProcessingRequest" SET "success" = NOT "success" WHERE "id" LIKE 'stays%'`);
    await database.pool.query(`DELETE FROM "Session" WHERE "id" = ANY($1)`, [added.map((id) => `s-${id}`)]);
    writes++;
  }
  return writes;
}

/** Every id that is shown while the rows change, page by page. */
async function page(run: number): Promise<string[]> {
  const order = run % 2 === 0 ? "newest" : "oldest";
  const ids: string[] = [];
  const read = (at: object) => {
    const limit = 1 + ((run * 7 + ids.length) % 20);
    return callOperation(ctx, listRequests, { status: "processing_failed", order, limit, ...at });
  };
  for await (const { requests } of pagesOf(read)) ids.push(...requests.map(({ id }) => id));
  return ids;
}

/** Declares the test of paging while requests change, in so many runs. */
export function testPaging(runs: number): void {
  beforeAll(async () => {
    database = await createTestDatabase();
    ctx = callerOf(consoleContext(database.pool, silentLog()), "SUPPORT");
    staying = await addRequests(database.pool, STAYING, { prefix: "stays" });
    await addRequests(database.pool, MOVING, { prefix: "moves" });
  });
  afterAll(() => database.drop());

  it(`skips and doubles nothing in ${runs} runs`, async () => {
    const stop = new AbortController();
    const writers = Array.from({ length: WRITERS }, (_, number) => write(number, stop.signal));
    let others = 0;
    const read = async (reader: number) => {
      for (let run = reader; run < runs; run += READERS) {
        const ids = await page(run);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => id.startsWith("stays")).toSorted()).toEqual(staying.toSorted());
        others += ids.length - STAYING;
      }
    };
    try {
      await Promise.all(Array.from({ length: READERS }, (_, reader) => read(reader)));
    } finally {
      stop.abort();
    }
    const writes = await Promise.all(writers);
    expect(Math.min(...writes)).toBeGreaterThan(runs / 100);
    expect(others).toBeGreaterThan(runs);
    expect(others).toBeLessThan(runs * (MOVING + 2 * WRITERS));
  });
}
