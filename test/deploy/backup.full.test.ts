import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { ManualClock } from "../../emulator/clock.ts";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import type { TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { runCommand, startCommand, startProgram } from "../support/cli.ts";
import { advance } from "../support/emulatorControl.ts";
import { follow, type Guide, readGuide } from "../support/guide.ts";
import { findPostgresPrograms, type PostgresPrograms } from "../support/pgDump.ts";
import { addressOf, onServer, withClient } from "../support/testServer.ts";

// docs/operations/backup.md, followed with its own commands and PostgreSQL's own programs. On a server of its own: roles belong to all of it.

const PASSWORD = "pw-of-this-test";
const SAMPLE = "samples/brackmoeller-logistik";
const LOGINS = {
  DIRECT_DATABASE_URL: "livedash_owner",
  DATABASE_URL: "livedash_app_login",
  TENANT_DATABASE_URL: "livedash_tenant_login",
};

/** How fast other processes are is not judged. */
const PATIENT = { timeout: 280_000, interval: 200 };

let programs: PostgresPrograms;
let server: TemporaryPostgres;
let emulator: RunningEmulator;
let folder: string;
let guide: Guide;
beforeAll(async () => {
  programs = await findPostgresPrograms();
  server = await programs.startServer();
  // Its time stands still: what is in flight stays so until the test lets it finish.
  emulator = await startEmulator({ clock: new ManualClock(Date.now()) });
  folder = await mkdtemp(join(tmpdir(), "livedash-backup-"));
  guide = await readGuide("operations/backup.md");
});
afterAll(async () => {
  await emulator?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What `.env` says of an installation in this database. */
function environmentOf(database: string): Record<string, string> {
  const login = (name: string) => addressOf(server.url, database, { name, password: PASSWORD });
  return {
    ...Object.fromEntries(Object.entries(LOGINS).map(([variable, name]) => [variable, login(name)])),
    LIVEDASH_SECRET: "a-secret-of-this-test-alone-3141592653",
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: emulator.url,
    BATCH_CREATION_INTERVAL: "500ms",
    BATCH_POLLING_INTERVAL: "500ms",
    BATCH_SETTLE_TIME: "100ms",
    BATCH_MAX_LINES: "20",
  };
}

/** Runs a block of the guide for that installation. */
const inGuide = (beginning: string, database: string) =>
  follow(guide.next(beginning), folder, {
    ...environmentOf(database),
    ...programs.env,
    PATH: programs.folder,
    ADMIN_URL: addressOf(server.url, "").replace(/\/$/, ""),
  });

const livedash = (args: string[], database: string) => runCommand(args, environmentOf(database));

const requestsIn = (database: string) =>
  withClient(addressOf(server.url, database), async (client) => {
    const { rows } = await client.query<{ status: string; count: number }>(
      `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  });

/** What the provider was asked to do, and what it was paid for. Who only looks does no harm. */
async function readLedger() {
  const reply = await fetch(new URL("/_emulator/ledger", emulator.url));
  const ledger = (await reply.json()) as {
    calls: Record<string, number>;
    batches: { created: number };
    linesExecuted: number;
    linesBoughtAgain: number;
  };
  const changes = Object.entries(ledger.calls).filter(([call]) => !call.startsWith("GET "));
  return { ...ledger, changes: Object.fromEntries(changes) };
}

/** As docs/operations/roles.md says. */
async function install(database: string): Promise<void> {
  await onServer(server.url, `CREATE DATABASE ${database}`);
  const { stdout } = await livedash(["migrate", "--print-grants"], database);
  await withClient(addressOf(server.url, database), (client) => client.query(stdout));
  for (const name of Object.values(LOGINS)) await onServer(server.url, `ALTER ROLE ${name} PASSWORD '${PASSWORD}'`);
  expect(await livedash(["migrate"], database)).toMatchObject({ code: 0, stderr: "" });
}

let requests: number;

it("dumps a live system, with work in flight, as the owner", async () => {
  await install("original");
  const args = ["import", `${SAMPLE}.csv`, "--company", "Logistik", "--transcripts", SAMPLE];
  expect(await livedash(args, "original")).toMatchObject({ code: 0 });
  const worker = startProgram("worker.ts", { ...environmentOf("original"), BATCH_POLLING_INTERVAL: "1h" });
  onTestFinished(async () => {
    worker.child.kill("SIGKILL"); // What it ran on is lost, too.
    await worker.finished;
  });
  // All is sent, and nobody holds a batch: whoever continues need not wait until a lease has run out.
  const sql = `SELECT FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING'
    UNION ALL SELECT FROM "AIBatchRequest" WHERE "status" IN ('PENDING', 'UPLOADING') OR "leaseOwner" IS NOT NULL`;
  const unsent = () =>
    withClient(addressOf(server.url, "original"), async (client) => (await client.query(sql)).rowCount);
  await expect.poll(unsent, PATIENT).toBe(0);
  requests = (await requestsIn("original")).BATCHING_IN_PROGRESS ?? 0;
  expect(requests).toBeGreaterThan(100);

  expect(await inGuide("pg_dump", "original")).toMatchObject({ code: 0, stderr: "" });
  expect(await readFile(join(folder, "livedash.list"), "utf8")).toContain("POLICY public Session tenant");
});

it("restores it into another database, where the doctor finds nothing but that it is a copy", async () => {
  const { changes } = await readLedger();
  for (const beginning of ["psql", "pg_restore"]) {
    const { code, stdout, stderr } = await inGuide(beginning, "livedash_restored");
    expect(code, stdout + stderr).toBe(0);
  }
  const look = await inGuide("livedash doctor", "livedash_restored");
  expect(look).toMatchObject({ code: 1, stdout: expect.stringMatching(/^1 problem found:\n\ndatabase_copied: 1\n/) });
  expect(look.stdout).not.toContain("could guard more");
  expect(await requestsIn("livedash_restored")).toEqual({ BATCHING_IN_PROGRESS: requests });
  expect(await readLedger()).toMatchObject({ changes, linesExecuted: 0 });
});

it("pays for nothing twice once it is adopted", async () => {
  const { batches } = await readLedger();
  const adopted = await inGuide("livedash adopt-copy", "livedash_restored");
  expect(adopted.code, adopted.stderr).toBe(0);
  expect(adopted.stdout).toContain(`with ${requests} requests in flight and known here: nothing changes.`);
  guide.expectAllTaken();
  const run = startCommand(["run", "--until-idle"], environmentOf("livedash_restored"));
  let isOver = false;
  void run.finished.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await advance(emulator, 60_000);
    await delay(100); // Time passes for the emulator while the other process works.
  }
  expect(await run.finished).toMatchObject({ code: 0 });
  expect(await requestsIn("livedash_restored")).toEqual({ PROCESSING_COMPLETE: requests });
  expect(await readLedger()).toMatchObject({
    batches: { created: batches.created },
    linesExecuted: requests,
    linesBoughtAgain: 0,
  });
  expect(await livedash(["doctor"], "livedash_restored")).toMatchObject({ code: 0, stderr: "" });
});

it("is told by the doctor what a restore has lost, each with its remedy", async () => {
  await withClient(addressOf(server.url, "livedash_restored"), (client) =>
    client.query(`DROP POLICY tenant ON "Session"; DROP POLICY tenant ON "Message";
      DROP TRIGGER append_only ON "SecurityAuditLog"; DROP TRIGGER count_inserted ON "AIProcessingRequest";
      ALTER TABLE "Question" DISABLE ROW LEVEL SECURITY; REVOKE SELECT ON "Message" FROM livedash_tenant`),
  );
  const { code, stdout } = await livedash(["doctor"], "livedash_restored");
  expect(code).toBe(1);
  for (const sentence of [
    'The policy tenant on Session is missing. Run: CREATE POLICY tenant ON "Session" ',
    'The policy tenant on Message is missing. Run: CREATE POLICY tenant ON "Message" ',
    "The trigger append_only on SecurityAuditLog is missing. Run: CREATE TRIGGER append_only BEFORE ",
    "The trigger count_inserted on AIProcessingRequest is missing. Run: CREATE TRIGGER count_inserted AFTER ",
    'The row-level security of Question is switched off. Run: ALTER TABLE "Question" ENABLE ROW LEVEL SECURITY;',
    'The right of livedash_tenant on Message is missing. Run: GRANT SELECT ON "Message" TO livedash_tenant;',
  ]) {
    expect(stdout).toContain(sentence);
  }
});
