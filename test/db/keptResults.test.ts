import type { Pool } from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { sessionAnalysis } from "../../lib/analysis/sessionAnalysis.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { addressOf, onServer } from "../support/testServer.ts";

const name = `${inject("template")}_kept`;

let pool: Pool;
beforeAll(async () => {
  const server = inject("serverUrl");
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const databaseUrl = addressOf(server, name);
  pool = openPool(databaseUrl);
  await migrateBefore(databaseUrl, "_kept_results");
  await pool.query(`
    INSERT INTO "Company" ("id", "name") VALUES ('acme', 'Acme');
    INSERT INTO "Session" ("id", "companyId", "startTime", "endTime", "language", "sentiment", "escalated", "forwardedHr",
        "category", "summary", "analysedAt")
      VALUES ('s1', 'acme', now(), now(), 'nl', 'POSITIVE', false, true, 'SICK_LEAVE_RECOVERY', 'Asks how to report ill.', '2026-11-01T10:00Z'),
             ('s2', 'acme', now(), now(), 'en', 'NEUTRAL', true, false, 'SOCIAL_QUESTIONS', 'Says good morning.', '2026-11-02T10:00Z'),
             ('new', 'acme', now(), now(), NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO "Question" ("id", "companyId", "content")
      VALUES ('q1', 'acme', 'Who is told?'), ('q2', 'acme', 'How do I report ill?');
    INSERT INTO "SessionQuestion" ("sessionId", "order", "questionId") VALUES ('s1', 0, 'q2'), ('s1', 1, 'q1');
    INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus", "attempt",
        "analysisVersion", "requestedAt")
      VALUES ('old', 'acme', 's1', 'm-1', 'session-analysis', 'PROCESSING_COMPLETE', 1, 1, '2026-10-01'),
             ('r1', 'acme', 's1', 'm-2', 'session-analysis', 'PROCESSING_COMPLETE', 2, 2, '2026-11-01'),
             ('later', 'acme', 's1', 'm-2', 'session-analysis', 'PROCESSING_FAILED', 1, NULL, '2026-11-20'),
             ('r2', 'acme', 's2', 'm-1', 'session-analysis', 'PROCESSING_COMPLETE', 1, NULL, '2026-11-02'),
             ('r3', 'acme', 'new', 'm-1', 'session-analysis', 'PENDING_BATCHING', 0, NULL, '2026-11-02')`);
  await applyMigrations({ databaseUrl });
});
afterAll(async () => {
  await pool?.end();
  await onServer(inject("serverUrl"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

it("an upgrade keeps what sessions show as the answer of their newest complete request, as it can be applied again", async () => {
  const { rows } = await pool.query(
    `SELECT "requestId", "attempt", "sessionId", "version", "model", "appliedAt", "replacedAt", "answer" FROM "AnalysisResult"
      ORDER BY "requestId"`,
  );
  const [first, second, ...others] = rows;
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    requestId: "r1",
    attempt: 2,
    sessionId: "s1",
    version: 2,
    model: "m-2",
    appliedAt: new Date("2026-11-01T10:00Z"),
    replacedAt: null,
    answer: { forwarded_hr: true, questions: ["How do I report ill?", "Who is told?"] },
  });
  expect(second).toMatchObject({ requestId: "r2", version: null, answer: { escalated: true, questions: [] } });
  for (const { answer } of rows) {
    expect(sessionAnalysis.check(JSON.stringify(answer))).toEqual({ ok: true, answer });
  }
});
