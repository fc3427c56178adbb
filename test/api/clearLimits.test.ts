import { afterAll, beforeAll, expect, it } from "vitest";
import { countCall } from "../../lib/api/rateLimit.ts";
import type { Context } from "../../lib/context.ts";
import { clearLimits } from "../../lib/signIn/clearLimits.ts";
import { beginAttempt } from "../../lib/signIn/signInLock.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: Context;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = consoleContext(database.pool, silentLog());
});
afterAll(() => database.drop());

const keysOf = async (table: string) =>
  (await database.pool.query<{ key: string }>(`SELECT "key" FROM "${table}" ORDER BY 1`)).rows.map(({ key }) => key);

it("what holds nobody back any more is cleared away by a job, and what does stays", async () => {
  await countCall(ctx, "now", 10);
  await beginAttempt(ctx, "now");
  await database.pool.query(
    `INSERT INTO "CallCount" SELECT 'old' || i, now() - interval '1 hour', 1 FROM generate_series(1, 1000) i;
     INSERT INTO "AuthRateLimit" ("id", "key", "count", "lastRequest") VALUES
       ('1', 'old', 9, (extract(epoch FROM now()) * 1000 - 3600000)::bigint), ('2', 'now', 9, (extract(epoch FROM now()) * 1000)::bigint);
     INSERT INTO "SignInLock" ("key", "failures", "lockedUntil", "updatedAt") VALUES
       ('old', 3, NULL, now() - interval '25 hours'), ('was locked', 8, now() - interval '25 hours', now() - interval '26 hours'),
       ('locked', 8, now() + interval '5 minutes', now() - interval '10 minutes');
     INSERT INTO "UsedCode" ("key", "usedAt") VALUES ('old', now() - interval '6 minutes'), ('now', now())`,
  );
  expect(await clearLimits(ctx)).toEqual({ cleared: 1_004 });
  expect(await keysOf("CallCount")).toEqual(["now"]);
  expect(await keysOf("AuthRateLimit")).toEqual(["now"]);
  expect(await keysOf("SignInLock")).toEqual(["locked", "now"]);
  expect(await keysOf("UsedCode")).toEqual(["now"]);
  expect(await clearLimits(ctx)).toEqual({ cleared: 0 });
});
