import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ManualClock } from "../../emulator/clock.ts";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { type RunningCommand, runCommand, startFile, startProgram } from "../support/cli.ts";
import { advance } from "../support/emulatorControl.ts";
import { follow, type Guide, readGuide } from "../support/guide.ts";
import { unpackFirstVersion } from "../support/oldVersion.ts";
import { addressOf, onServer, withClient } from "../support/testServer.ts";

// docs/operations/upgrades.md, followed with its own commands, from the processes of version 0.1.0 themselves.

const database = `upgrade_${randomUUID().replaceAll("-", "")}`;
const BEFORE = "samples/brackmoeller-logistik";
const BESIDE = "samples/maravelle-hotels";

/** How fast other processes are is not judged. */
const PATIENT = { timeout: 280_000, interval: 200 };

const unpacked = await unpackFirstVersion();
const old = typeof unpacked === "string" ? undefined : unpacked;
if (typeof unpacked === "string") process.stderr.write(`test/deploy/upgrade.full.test.ts is skipped. ${unpacked}\n`);

let emulator: RunningEmulator;
let env: Record<string, string>;
let guide: Guide;
const started: RunningCommand[] = [];
beforeAll(async () => {
  guide = await readGuide("operations/upgrades.md");
  // Its time stands still: what is in flight stays so until the test lets it finish.
  emulator = await startEmulator({ clock: new ManualClock(Date.now()) });
  await onServer(inject("serverUrl"), `CREATE DATABASE ${database} TEMPLATE template0`);
  env = {
    DATABASE_URL: addressOf(inject("serverUrl"), database),
    LIVEDASH_SECRET: "a-secret-of-this-test-alone-3141592653",
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: emulator.url,
    BATCH_CREATION_INTERVAL: "1s",
    BATCH_POLLING_INTERVAL: "1s",
    BATCH_SETTLE_TIME: "100ms",
    BATCH_MAX_LINES: "10",
  };
});
afterAll(async () => {
  for (const { child, finished } of started) {
    child.kill("SIGKILL");
    await finished;
  }
  await emulator?.close();
  await onServer(inject("serverUrl"), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await old?.remove();
});

const importOf = (sample: string) => ["import", `${sample}.csv`, "--company", sample, "--transcripts", sample];

/** The requests by status. */
const readRequests = () =>
  withClient(addressOf(inject("serverUrl"), database), async (client) => {
    const { rows } = await client.query<{ status: string; count: number }>(
      `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  });

/** Waits until every request is in a batch that the provider has. */
async function allInFlight(): Promise<number> {
  const sql = `SELECT FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING'
    UNION ALL SELECT FROM "AIBatchRequest" WHERE "status" IN ('PENDING', 'UPLOADING')`;
  const unsent = () =>
    withClient(addressOf(inject("serverUrl"), database), async (client) => (await client.query(sql)).rowCount);
  await expect.poll(unsent, PATIENT).toBe(0);
  return (await readRequests()).BATCHING_IN_PROGRESS ?? 0;
}

/** Lets the provider finish all that it has, and waits until the workers have fetched it and are done with it. */
async function allComplete(requests: number): Promise<void> {
  const sql = `SELECT FROM "AIBatchRequest" WHERE "processedAt" IS NULL OR "filesDeletedAt" IS NULL`;
  const open = () =>
    withClient(addressOf(inject("serverUrl"), database), async (client) => (await client.query(sql)).rowCount);
  while ((await readRequests()).PROCESSING_COMPLETE !== requests || (await open()) !== 0) {
    await advance(emulator, 60_000);
    await delay(200); // Processes of their own fetch it meanwhile.
  }
}

/** Starts two, which end with the test, whatever comes of it. */
function startTwo(start: () => RunningCommand): RunningCommand[] {
  const two = [start(), start()];
  started.push(...two);
  return two;
}

/** Lines of a log that tell of a statement which the database has refused: for its columns, or for a constraint. */
function refusedByDatabase(log: string): string[] {
  return log.split("\n").filter((line) => /"code":"(22|23|42)[0-9A-Z]{3}"/.test(line));
}

const inGuide = (beginning: string) => follow(guide.next(beginning), tmpdir(), env);

describe.skipIf(!old)("work in flight goes on", () => {
  const ofOld = (file: string) => join(old?.folder ?? "", file);
  let oldWorkers: RunningCommand[];
  let before: number;
  let beside: number;

  it("that workers of version 0.1.0 have sent", async () => {
    for (const args of [["migrate"], importOf(BEFORE)]) {
      expect(await startFile(ofOld("cli/main.ts"), args, env).finished).toMatchObject({ code: 0 });
    }
    oldWorkers = startTwo(() => startFile(ofOld("worker.ts"), [], env));
    before = await allInFlight();
    expect(before).toBeGreaterThan(100);
  });

  it("while the database is migrated: the old workers fetch what they have sent", async () => {
    expect(await inGuide("livedash migrate --check")).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("_kept_results"),
    });
    expect(await inGuide("livedash migrate\n")).toMatchObject({ code: 0, stderr: "" });
    await allComplete(before);
  });

  it("while new workers run beside them", async () => {
    const newWorkers = startTwo(() => startProgram("worker.ts", env));
    for (const worker of newWorkers) await worker.says(/schedulers\.started/);
    expect(await runCommand(importOf(BESIDE), env)).toMatchObject({ code: 0 });
    beside = await allInFlight();
    expect(beside).toBeGreaterThan(100);
    await allComplete(before + beside);
    for (const { child } of started) child.kill("SIGTERM");
    for (const { finished } of started) await finished;
    expect(oldWorkers.flatMap((worker) => refusedByDatabase(worker.stderr()))).toEqual([]);
  });

  it("and nothing is lost or paid for twice; the doctor keeps the results that old workers could not", async () => {
    const { code, stdout } = await inGuide("livedash doctor\n");
    const kept = Number(/^1 problem found:\n\n2 results-kept: (\d+)\n/.exec(stdout)?.[1] ?? expect.fail(stdout));
    expect(code).toBe(1);
    // Of those sent later, either may have fetched any.
    expect(kept).toBeGreaterThanOrEqual(before);
    expect(kept).toBeLessThanOrEqual(before + beside);
    expect(await inGuide("livedash doctor --fix")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`2 results-kept: ${kept}, ${kept} repaired`),
    });
    guide.expectAllTaken();
    const doctor = await runCommand(["doctor"], env);
    expect(doctor).toMatchObject({ code: 0, stdout: expect.stringMatching(/^All is well/) });
    const ledger = await fetch(new URL("/_emulator/ledger", emulator.url));
    expect(await ledger.json()).toMatchObject({ linesExecuted: before + beside, linesBoughtAgain: 0 });
  });
});
