import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { startSchedulers } from "../../lib/schedulers.ts";
import { startPipeline, type TestPipeline } from "../support/pipeline.ts";

/** Nothing of them comes due while the test looks. */
const SELDOM = { BATCH_CREATION_INTERVAL: "1h", BATCH_POLLING_INTERVAL: "1h", CSV_IMPORT_INTERVAL: "1h" };
const LOOKED_AT_MS = 10_000;
/** So many of these in a row are held to the measure: less than one transaction a second. */
const LOOKS = 3;
const MOST = (LOOKS * LOOKED_AT_MS) / 1_000;

let pipeline: TestPipeline;
let stop: () => Promise<void>;
afterEach(async () => {
  await stop();
  await pipeline.close();
});

const transactions = async () => {
  const { rows } = await pipeline.database.owner.query<{ n: number }>(
    `SELECT (xact_commit + xact_rollback)::int AS "n" FROM pg_stat_database WHERE datname = current_database()`,
  );
  return rows[0]?.n ?? 0;
};

// The queue has timers of its own: this waits for the real ones. At its start it tidies the queue and looks often until it is heard
// to listen, which takes a slow machine longer: what counts is that it comes to rest.
it("a worker without work is woken by messages, and does not ask for them again and again", async () => {
  pipeline = await startPipeline({ env: { ...SELDOM, REAPER_ENABLED: "false" } });
  ({ stop } = await startSchedulers(pipeline.ctx, pipeline.database.url));
  const made = async () => {
    const before = await transactions();
    await delay(LOOKED_AT_MS);
    return (await transactions()) - before;
  };
  const looks = [await made()];
  const last = () => looks.slice(-LOOKS).reduce((sum, count) => sum + count, 0);
  while (looks.length < LOOKS || (last() >= MOST && looks.length < 24)) looks.push(await made());
  expect(last()).toBeGreaterThan(0);
  expect(last()).toBeLessThan(MOST);
});
