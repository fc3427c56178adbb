import { afterAll, beforeAll, expect, it } from "vitest";
import { requeueRequests } from "../../lib/admin/requests/requeueRequests.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

const AT_ONCE = 4;

/** Declares the test of requeues that meet: two at a time want the same two requests. */
export function testRaces(races: number): void {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it(`moves each request once in ${races} races for it`, async () => {
    const ctx = callerOf(consoleContext(database.pool, silentLog()), "ADMIN");
    const requeue = (requestIds: string[]) => callOperation(ctx, requeueRequests, { requestIds });
    const ids = await addRequests(database.pool, 2 * races);
    await database.owner.query(`
      CREATE TABLE "Moved" ("id" text); GRANT INSERT ON "Moved" TO livedash_app;
      CREATE FUNCTION note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO "Moved" VALUES (NEW."id"); RETURN NULL; END $$;
      CREATE TRIGGER note_moved AFTER UPDATE ON "AIProcessingRequest" FOR EACH ROW EXECUTE FUNCTION note_moved()`);
    const race = async (number: number) => {
      const [a = "", b = ""] = ids.slice(2 * number, 2 * number + 2);
      const replies = await Promise.all([requeue([a, b]), requeue([b, "missing", a])]);
      const requeued = replies.reduce((sum, reply) => sum + reply.requeuedCount, 0);
      const skipped = replies.reduce((sum, reply) => sum + reply.skippedCount, 0);
      expect({ requeued, skipped }).toEqual({ requeued: 2, skipped: 2 });
    };
    const run = async (first: number) => {
      for (let number = first; number < races; number += AT_ONCE) await race(number);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => run(first)));
    const { rows } = await database.owner.query(
      `SELECT count(*)::int AS "rows", count(DISTINCT "id")::int AS "ids" FROM "Moved"`,
    );
    expect(rows).toEqual([{ rows: ids.length, ids: ids.length }]);
  });
}
