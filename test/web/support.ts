import { vi } from "vitest";
import type { Clock } from "../../lib/clock.ts";
import type { PipelineContext } from "../../lib/context.ts";
import type { AIBatchRequestStatus } from "../../lib/db/enums.ts";
import { type Logger, openLog } from "../../lib/observability/log.ts";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import type { ConnectionLimits } from "../../web/connectionLimits.ts";
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
  options: {
    emulated?: boolean;
    log?: Logger;
    env?: Record<string, string>;
    limits?: Partial<ConnectionLimits>;
    clock?: Clock;
  } = {},
): Promise<TestConsole> {
  await ensureConsoleBuilt();
  const database = await createTestDatabase();
  const { emulated = true, limits = {}, clock } = options;
  const ctx = {
    ...consoleContext(database.pool, options.log ?? silentLog(), options.env),
    ...(clock ? { clock } : {}),
  };
  const server = await startWebServer({ ctx, emulated }, { host: "127.0.0.1", port: 0, limits });
  return {
    server,
    database,
    ctx,
    sql: async (text, values) => {
      await database.owner.query(text, values);
    },
    close: async () => {
      await server.close();
      await database.drop();
    },
  };
}

const FIRST_START = Date.UTC(2026, 10, 23, 10);

/** Two companies with `count` sessions, each with one pending request: ids `s1`, `r1` and so on. */
export async function insertSessions({ database: { rows } }: TestConsole, count: number): Promise<void> {
  await rows.companies([
    { id: "c0", name: "Bäckerei Österreicher" },
    { id: "c1", name: "Van der Meer" },
  ]);
  await rows.requests(count, (n) => ({
    id: `r${n}`,
    companyId: `c${n % 2}`,
    session: { id: `s${n}`, startTime: new Date(FIRST_START + n * 60_000) },
  }));
}

/** Takes away every company with all it has. The server may be reading meanwhile, and the two may lock each other out. */
export async function removeCompanies(console: TestConsole): Promise<void> {
  const works = 'TRUNCATE "SessionImport", "Session", "AIBatchRequest", "AIProcessingRequest" CASCADE';
  // Not by TRUNCATE: keys may belong to a company, so that would take away all keys.
  const companies = 'DELETE FROM "Company"';
  for (const statement of [works, companies]) await vi.waitFor(() => console.sql(statement), { timeout: 240_000 });
}

/** One batch of company `c1` in the state given. */
export async function insertBatch(console: TestConsole, id: string, status: AIBatchRequestStatus, requests: number) {
  await console.database.rows.batch({ id, companyId: "c1", status, requestCount: requests });
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
