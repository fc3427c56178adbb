import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import type { PipelineContext } from "../../lib/context.ts";
import type { Database } from "../../lib/db/pool.ts";
import { openPool } from "../../lib/db/pool.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { reaper } from "../../lib/pipeline/reap/reaper.ts";
import type { TestPipeline } from "./pipeline.ts";
import { asTimeGoesBy, passTime } from "./testClock.ts";
import { addressOf, maintenanceOf, onServer } from "./testServer.ts";

/** A worker on a copy of a pipeline's database, with the same key at the same provider. */
export interface CopiedPipeline {
  ctx: PipelineContext;
  database: { url: string; drop(): Promise<void> };
}

/**
 * Copies the database as it stands beside itself, as a dump that is restored does.
 * @param options.place `same`: as a copy of the server's files is, which PostgreSQL itself cannot tell from its original
 */
export async function copyBeside(pipeline: TestPipeline, options: { place?: "same" } = {}): Promise<CopiedPipeline> {
  const name = `copy_${randomUUID().replaceAll("-", "")}`;
  const original = new URL(pipeline.database.url).pathname.slice(1);
  const server = inject("serverUrl");
  // A template may have no other connection; the pool opens new ones when it needs them.
  await maintenanceOf(server).query(
    `SELECT pg_terminate_backend("pid", 5000) FROM pg_stat_activity WHERE "datname" = $1`,
    [original],
  );
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${original} STRATEGY file_copy`);
  const url = addressOf(pipeline.database.url, name);
  const pool = openPool(url);
  if (options.place === "same") {
    await pool.query(
      `UPDATE "Installation" SET "databaseOid" = (SELECT "oid" FROM pg_database WHERE "datname" = current_database())`,
    );
  }
  const drop = async () => {
    await pool.end();
    await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { ctx: { ...pipeline.ctx, db: pool, worker: "worker of the copy" }, database: { url, drop } };
}

/**
 * Does something on a pipeline's own database while it has another name; then it has its own again.
 * @param work gets the pipeline's context, connected under the other name
 */
export async function underAnotherName(pipeline: TestPipeline, work: (ctx: PipelineContext) => Promise<void>) {
  const own = new URL(pipeline.database.url).pathname.slice(1);
  const other = `other_${randomUUID().replaceAll("-", "")}`;
  await rename(own, other);
  const pool = openPool(addressOf(pipeline.database.url, other));
  try {
    await work({ ...pipeline.ctx, db: pool });
  } finally {
    await pool.end();
    await rename(other, own);
  }
}

/** A database is renamed while nobody is connected to it; pools open new connections when they need them. */
async function rename(from: string, to: string): Promise<void> {
  const server = inject("serverUrl");
  await maintenanceOf(server).query(
    `SELECT pg_terminate_backend("pid", 5000) FROM pg_stat_activity WHERE "datname" = $1`,
    [from],
  );
  await onServer(server, `ALTER DATABASE ${from} RENAME TO ${to}`);
}

/** The copies that a test makes, to be dropped together. */
export function keepCopies() {
  const copies: CopiedPipeline[] = [];
  return {
    add: async (...what: Parameters<typeof copyBeside>): Promise<CopiedPipeline> => {
      const copy = await copyBeside(...what);
      copies.push(copy);
      return copy;
    },
    drop: async () => {
      for (const copy of copies.splice(0)) await copy.database.drop();
    },
  };
}

/** Keeps the database as it stands now. What it answers sets the database back to that, as restoring a dump over it does. */
export async function takeSnapshot(db: Database): Promise<() => Promise<void>> {
  const schema = `snapshot_${randomUUID().replaceAll("-", "")}`;
  const { rows } = await db.query<{ name: string }>(
    `SELECT quote_ident("tablename") AS "name" FROM pg_tables
      WHERE "schemaname" = 'public' AND "tablename" <> '_prisma_migrations'`,
  );
  const tables = rows.map(({ name }) => name);
  await db.query(`CREATE SCHEMA ${schema}`);
  for (const table of tables) await db.query(`CREATE TABLE ${schema}.${table} AS TABLE public.${table}`);
  return async () => {
    const client = await db.connect();
    try {
      // No trigger counts what comes back: the counters come back themselves.
      const statements = tables.flatMap((table) => [
        `DELETE FROM public.${table}`,
        `INSERT INTO public.${table} SELECT * FROM ${schema}.${table}`,
      ]);
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${statements.join("; ")}; COMMIT`);
    } finally {
      client.release();
    }
  };
}

/** A round of everything that a worker does by itself. */
export async function oneRound(ctx: PipelineContext): Promise<void> {
  await batchCreator(ctx);
  await batchPoller(ctx);
  await reaper(ctx);
}

/** So many rounds of these workers, taking turns. */
export async function rounds(count: number, ...workers: PipelineContext[]): Promise<void> {
  for (let round = 0; round < count; round++) {
    for (const ctx of workers) await asTimeGoesBy(ctx, () => oneRound(ctx));
    for (const ctx of workers.slice(0, 1)) await passTime(ctx, 60);
  }
}

/** How many calls of each kind the provider has had. */
export async function countCalls(pipeline: TestPipeline): Promise<Record<string, number>> {
  const reply = await fetch(new URL("/_emulator/ledger", pipeline.emulator.url));
  const { calls } = (await reply.json()) as { calls: Record<string, number> };
  return calls;
}
