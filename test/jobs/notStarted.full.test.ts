import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let emulator: RunningEmulator;
beforeAll(async () => {
  database = await createTestDatabase();
  emulator = await startEmulator();
});
afterAll(async () => {
  await emulator?.close();
  await database?.owner.query("DROP FUNCTION IF EXISTS refuse_jobs CASCADE");
  await database?.drop();
});

it("a worker that cannot work on jobs ends: its schedulers, which had begun, do not keep it alive", async () => {
  await database.owner.query(
    `CREATE FUNCTION refuse_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NEW.name = 'job-erasure' THEN RAISE EXCEPTION 'no job for anybody'; END IF;
       RETURN NEW;
     END $$;
     CREATE TRIGGER refuse_jobs BEFORE INSERT ON pgboss.queue FOR EACH ROW EXECUTE FUNCTION refuse_jobs()`,
  );
  const env = { DATABASE_URL: database.url, OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: emulator.url };
  const { code, stderr } = await runCommand(["run"], env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/livedash: The schedulers cannot start: .*no job for anybody/);
  expect(stderr).not.toContain('"schedulers.started"');
});
