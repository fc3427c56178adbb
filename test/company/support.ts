import { randomUUID } from "node:crypto";
import { type CallContext, callVerb, type Verb } from "../../lib/api/verb.ts";
import { permissionsOfCompanyRole } from "../../lib/auth/permissions.ts";
import type { PipelineContext } from "../../lib/context.ts";
import type { CompanyRole } from "../../lib/db/generated/enums.ts";
import { type Logger, openLog } from "../../lib/observability/log.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export const COMPANIES = [
  { id: "acme", prefix: "a", name: "Bäckerei Österreicher", timeZone: "Europe/Amsterdam" },
  { id: "bolt", prefix: "b", name: "Van der Meer", timeZone: "America/New_York" },
] as const;
type CompanyId = (typeof COMPANIES)[number]["id"];

export const SESSIONS = 240;
/** A little after the newest of them. */
const NOW = new Date("2026-11-24T14:00:00Z");

/** Every company gets as many sessions; of four, three are analysed. What they say differs from one company to the other. */
const ADD_SESSIONS = `
  INSERT INTO "Session" ("id", "companyId", "startTime", "endTime", "ipAddress", "fullTranscriptUrl", "initialMsg",
                         "messagesSent", "language", "sentiment", "category", "escalated", "forwardedHr", "summary", "analysedAt")
  SELECT $2 || i, $1, t, t + interval '4 minutes', '192.0.2.1', 'https://u:p@example.com/' || i, 'Frage ' || i || ' über 100% Urlaub', i % 5,
         CASE WHEN a THEN (ARRAY['de', 'nl', 'en'])[1 + i % 3] END,
         CASE WHEN a THEN (ARRAY['POSITIVE', 'NEUTRAL', 'NEGATIVE'])[1 + i % 3]::"SentimentCategory" END,
         CASE WHEN a THEN (ARRAY['LEAVE_VACATION', 'SALARY_COMPENSATION', 'ACCESS_LOGIN', 'ONBOARDING', 'OFFBOARDING'])[1 + i % 5]::"SessionCategory" END,
         CASE WHEN a THEN i % 7 = 0 END, CASE WHEN a THEN i % 11 = 0 END,
         CASE WHEN a THEN 'Asked ' || $1 || ' about leave, ' || i || '.' END, CASE WHEN a THEN t + interval '1 day' END
    FROM generate_series(1, $3::int) i, LATERAL (SELECT i % 4 <> 0 AS a,
         '2026-10-01T00:30:00Z'::timestamptz + i * interval '5 hours 17 minutes' AS t) AS made`;
const ADD_MESSAGES = `
  INSERT INTO "Message" ("id", "sessionId", "role", "content", "order", "timestamp")
  SELECT s."id" || '-' || n, s."id", (ARRAY['User', 'Assistant'])[1 + n % 2], 'Message ' || n || ' of ' || s."id", n, s."startTime" + n * interval '1 minute'
    FROM "Session" s, generate_series(0, 2) n WHERE s."companyId" = $1`;
const ADD_QUESTIONS = `
  INSERT INTO "Question" ("id", "companyId", "content")
  SELECT $2 || 'q' || i, $1, 'How does thing ' || i || ' work?' FROM generate_series(0, 24) i`;
const ASK_QUESTIONS = `
  INSERT INTO "SessionQuestion" ("sessionId", "order", "questionId")
  SELECT s."id", n, $2 || 'q' || (row_number() OVER (ORDER BY s."id") * (n + 1)) % (25 - n * 5)
    FROM "Session" s, generate_series(0, 1) n WHERE s."companyId" = $1 AND s."analysedAt" IS NOT NULL`;

export interface Companies {
  ctx: PipelineContext;
  database: TestDatabase;
  /** A call of somebody of this company. */
  as(company: CompanyId, role?: CompanyRole): CallContext;
  close(): Promise<void>;
}

/** Two companies with sessions, messages and questions each. */
export async function openCompanies(options: { log?: Logger } = {}): Promise<Companies> {
  const database = await createTestDatabase();
  const ctx = consoleContext(database.pool, options.log ?? openLog({ level: "fatal", format: "json" }));
  await fillCompanies(ctx);
  const as = (companyId: CompanyId, role: CompanyRole = "ADMIN"): CallContext => ({
    ...ctx,
    clock: { ...ctx.clock, now: () => NOW },
    actor: {
      kind: "company_user",
      hasSecondFactor: false,
      id: `${companyId}-${role}`,
      name: `${role.toLowerCase()}@${companyId}.example`,
      displayName: "Jo",
      role,
      companyId,
      permissions: permissionsOfCompanyRole(role),
      pending: undefined,
    },
    from: "192.0.2.7",
    requestId: randomUUID(),
  });
  return { ctx, database, as, close: () => database.drop() };
}

export async function fillCompanies(ctx: PipelineContext): Promise<void> {
  for (const { id, prefix, name, timeZone } of COMPANIES) {
    await ctx.db.query(
      `INSERT INTO "Company" ("id", "name", "timeZone", "csvPassword") VALUES ($1, $2, $3, 'sealed')`,
      [id, name, timeZone],
    );
    await ctx.db.query(ADD_SESSIONS, [id, prefix, SESSIONS]);
    await ctx.db.query(ADD_MESSAGES, [id]);
    await ctx.db.query(ADD_QUESTIONS, [id, prefix]);
    await ctx.db.query(ASK_QUESTIONS, [id, prefix]);
  }
}

interface Listed {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into rows whose shape they assert themselves
  sessions: any[];
  nextCursor: string | null;
}

/** All that a list has, page by page. */
export async function readAll(ctx: CallContext, verb: Verb, filter: object, limit = 37) {
  const sessions: Listed["sessions"] = [];
  let cursor: string | null = null;
  do {
    const page = (await callVerb(ctx, verb, { ...filter, limit, ...(cursor ? { cursor } : {}) })) as Listed;
    sessions.push(...page.sessions);
    cursor = page.nextCursor;
  } while (cursor);
  return sessions;
}
