import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { atCommandLine } from "../../cli/commandActor.ts";
import { adoptCopy } from "../../lib/admin/copies/adoptCopy.ts";
import { detachCopy } from "../../lib/admin/copies/detachCopy.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { type Database, openPool } from "../../lib/db/pool.ts";
import { openInstallation, readInstallation } from "../../lib/installation/installation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { countCalls, rounds } from "../support/copies.ts";
import { readLedger } from "../support/invariants.ts";
import { findPostgresPrograms, type PostgresPrograms } from "../support/pgDump.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";
import { addressOf, onServer } from "../support/testServer.ts";

const run = promisify(execFile);
const SLOW = { validating: 20, inProgress: 4_000, finalizing: 20, cancelling: 20 };

let pipeline: TestPipeline;
/** What is to be closed and removed, the last first. */
let opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.toReversed()) await close();
  opened = [];
  await pipeline.close();
});

/** A worker of the pipeline on another database. */
async function workerOn(url: string, worker: string): Promise<PipelineContext> {
  const db = openPool(url);
  opened.push(() => db.end());
  return { ...pipeline.ctx, db, worker };
}

async function newDatabase(server: string, name: string): Promise<string> {
  await onServer(server, `CREATE DATABASE ${name}`);
  return addressOf(server, name);
}

async function statuses(db: Database): Promise<Record<string, number>> {
  const { rows } = await db.query<{ status: string; count: number }>(
    `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

const signOf = async ({ db }: PipelineContext) => (await readInstallation(db))?.copied?.sign;

/** Calls that change something at the provider. */
async function changes(): Promise<number> {
  const calls = Object.entries(await countCalls(pipeline));
  return calls.reduce((sum, [name, count]) => sum + (name.startsWith("GET ") ? 0 : count), 0);
}

describe("the files of a server, copied while it was stopped, and started as a second server", () => {
  async function startOn(dataDir: string): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: "off", shared_buffers: "32MB" } });
    opened.push(() => server.stop({ force: true }));
    return server;
  }

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "livedash-files-"));
    // The server's user must be able to get through when this process is root.
    await chmod(folder, 0o711);
    opened.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  it("is the same to PostgreSQL, and is found out by what the other one sent", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    const [here, there] = [await newFolder(), await newFolder()];
    const first = await startEmbeddedPostgres({ dataDir: here, settings: { fsync: "off", shared_buffers: "32MB" } });
    await applyMigrations({ databaseUrl: first.url });
    const db = openPool(first.url);
    await openInstallation({ ...pipeline.ctx, db });
    await addSessions({ ...pipeline.ctx, db }, 4);
    await db.end();
    await first.stop();
    await run("cp", ["-a", `${first.folder}/.`, there]);

    const original = await workerOn((await startOn(here)).url, "worker of the original");
    const copy = await workerOn((await startOn(there)).url, "worker of the copy");
    expect([await signOf(original), await signOf(copy)]).toEqual([undefined, undefined]);
    await batchCreator(original);
    const before = await changes();
    await rounds(2, copy, original);
    expect([await signOf(original), await signOf(copy)]).toEqual([undefined, "batch"]);
    expect(await changes()).toBe(before);

    await detachCopy(atCommandLine(copy));
    await runUntilIdle(copy);
    await runUntilIdle(original);
    for (const { db } of [original, copy]) expect(await statuses(db)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await signOf(original)).toBeUndefined();
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 8, batches: { created: 2, live: 0 } });
  });
});

describe("a dump by pg_dump", () => {
  let programs: PostgresPrograms;
  beforeAll(async () => {
    programs = await findPostgresPrograms();
  });

  /** Runs one of PostgreSQL's programs. */
  async function runProgram(name: "pg_dump" | "pg_restore", ...args: string[]): Promise<void> {
    await run(join(programs.folder, name), args, { env: { ...process.env, ...programs.env } });
  }

  async function startServer(): Promise<string> {
    const server = await programs.startServer();
    opened.push(server.stop);
    return server.url;
  }

  async function startOriginal(server: string): Promise<{ url: string; original: PipelineContext }> {
    const url = await newDatabase(server, "original");
    await applyMigrations({ databaseUrl: url });
    const original = await workerOn(url, "worker of the original");
    await openInstallation(original);
    return { url, original };
  }

  async function dump(url: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "livedash-dump-"));
    opened.push(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "livedash.dump");
    await runProgram("pg_dump", "--format=custom", `--file=${file}`, url);
    return file;
  }

  it("restored by pg_restore beside its original does nothing until it is adopted", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    const server = await startServer();
    const { url, original } = await startOriginal(server);
    await addSessions(original, 3);
    await batchCreator(original);
    await addSessions(original, 2);
    const file = await dump(url);
    await batchCreator(original);
    const beside = await newDatabase(server, "beside");
    await runProgram("pg_restore", "--exit-on-error", `--dbname=${beside}`, file);
    const copy = await workerOn(beside, "worker of the copy");
    const before = await changes();
    await rounds(2, copy);
    expect(await signOf(copy)).toBe("database");
    expect(await changes()).toBe(before);

    expect(await adoptCopy(atCommandLine(copy))).toMatchObject({
      known: { batches: 1, requests: 3 },
      forgotten: { batches: 1, requests: 2 },
    });
    await rounds(1, original);
    expect(await signOf(original)).toBe("takeover");
    await runUntilIdle(copy);
    expect(await statuses(copy.db)).toEqual({ PROCESSING_COMPLETE: 5 });
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 5, linesBoughtAgain: 0 });
  });

  it("restored over its original by pg_restore --clean is set back, and has everything again", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    const { url, original } = await startOriginal(await startServer());
    await addSessions(original, 4);
    const file = await dump(url);
    await batchCreator(original);
    await runProgram("pg_restore", "--clean", "--if-exists", "--exit-on-error", `--dbname=${url}`, file);
    expect(await statuses(original.db)).toEqual({ PENDING_BATCHING: 4 });
    const before = await changes();
    await rounds(2, original);
    expect(await signOf(original)).toBe("batch");
    expect(await changes()).toBe(before);
    expect(await adoptCopy(atCommandLine(original))).toMatchObject({ forgotten: { batches: 1, requests: 4 } });
    await runUntilIdle(original);
    expect(await statuses(original.db)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 4, linesBoughtAgain: 0 });
  });

  it("restored on another server shows by the server", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    const { url } = await startOriginal(await startServer());
    const file = await dump(url);
    const another = await startServer();
    const moved = await newDatabase(another, "moved");
    // A dump of one database holds no roles.
    await onServer(another, "CREATE ROLE livedash_tenant NOLOGIN");
    await runProgram("pg_restore", "--exit-on-error", `--dbname=${moved}`, file);
    const copy = await workerOn(moved, "worker of the copy");
    await rounds(1, copy);
    expect(await signOf(copy)).toBe("server");
  });
});
