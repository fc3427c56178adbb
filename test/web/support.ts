import { vi } from "vitest";
import type { PipelineContext } from "../../lib/context.ts";
import { type Logger, openLog } from "../../lib/observability/log.ts";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { startWebServer, type WebServer } from "../../web/startWebServer.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export interface TestConsole {
  server: WebServer;
  database: TestDatabase;
  ctx: PipelineContext;
  /** Runs SQL against the database that the console shows. */
  sql(text: string, values?: unknown[]): Promise<void>;
  close(): Promise<void>;
}

export const silentLog = (): Logger => openLog({ level: "fatal", format: "json" });

/** The console as it is built for use, over a database of its own. */
export async function startTestConsole(
  options: { emulated?: boolean; log?: Logger; env?: Record<string, string> } = {},
): Promise<TestConsole> {
  await ensureConsoleBuilt();
  const database = await createTestDatabase();
  const ctx = consoleContext(database.pool, options.log ?? silentLog(), options.env);
  const server = await startWebServer({ ctx, emulated: options.emulated ?? true }, { host: "127.0.0.1", port: 0 });
  return {
    server,
    database,
    ctx,
    sql: async (text, values) => {
      await database.pool.query(text, values);
    },
    close: async () => {
      await server.close();
      await database.drop();
    },
  };
}

/** Two companies with `sessions` sessions, each with one pending request: ids `s1`, `r1` and so on. */
export async function insertSessions(console: TestConsole, sessions: number): Promise<void> {
  await console.sql(
    `INSERT INTO "Company" ("id", "name") VALUES ('c0', 'Bäckerei Österreicher'), ('c1', 'Van der Meer')`,
  );
  await console.sql(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime")
     SELECT 's' || i, 'c' || i % 2, '2026-11-23T10:00:00Z'::timestamptz + i * interval '1 minute', now()
       FROM generate_series(1, $1::int) i`,
    [sessions],
  );
  await console.sql(
    `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType")
     SELECT 'r' || i, 'c' || i % 2, 's' || i, 'gpt-6-luna', 'session-analysis' FROM generate_series(1, $1::int) i`,
    [sessions],
  );
}

/** Takes away every company with all it has. The server may be reading meanwhile, and the two may lock each other out. */
export async function removeCompanies(console: TestConsole): Promise<void> {
  await vi.waitFor(() => console.sql('TRUNCATE "Company" CASCADE'), { timeout: 30_000 });
}

/** One batch of company `c1` in the state given. */
export async function insertBatch(console: TestConsole, id: string, status: string, requests: number): Promise<void> {
  await console.sql(
    `INSERT INTO "AIBatchRequest"
       ("id", "companyId", "model", "status", "endpoint", "requestCount", "byteSize", "contentHash")
     VALUES ($1, 'c1', 'gpt-6-luna', $2::"AIBatchRequestStatus", '/v1/responses', $3, 1000, 'hash')`,
    [id, status, requests],
  );
}

/** Gives sessions `from` to `to` an analysis, as if their answers had just been applied. */
export async function applyAnswers(console: TestConsole, from: number, to: number): Promise<void> {
  await console.sql(
    `UPDATE "Session" SET "language" = 'de', "sentiment" = 'NEGATIVE', "category" = 'SALARY_COMPENSATION',
            "escalated" = true, "forwardedHr" = true, "summary" = 'Summary of ' || "id", "analysedAt" = now()
      WHERE substr("id", 2)::int BETWEEN $1 AND $2`,
    [from, to],
  );
  await console.sql(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_COMPLETE', "success" = true
      WHERE substr("id", 2)::int BETWEEN $1 AND $2`,
    [from, to],
  );
}
