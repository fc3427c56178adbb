import { type CallContext, callOperation, type Operation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { CompanyRole } from "../../lib/db/enums.ts";
import { type Logger, openLog } from "../../lib/observability/log.ts";
import { companyCallerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";
import { type Rows, rowsIn } from "../support/rows/index.ts";

export const COMPANIES = [
  { id: "acme", prefix: "a", name: "Bäckerei Österreicher", timeZone: "Europe/Amsterdam" },
  { id: "bolt", prefix: "b", name: "Van der Meer", timeZone: "America/New_York" },
] as const;
type CompanyId = (typeof COMPANIES)[number]["id"];

export const SESSIONS = 240;
/** A little after the newest of them. */
const NOW = new Date("2026-11-24T14:00:00Z");

const LANGUAGES = ["de", "nl", "en"] as const;
const SENTIMENTS = ["POSITIVE", "NEUTRAL", "NEGATIVE"] as const;
const CATEGORIES = ["LEAVE_VACATION", "SALARY_COMPENSATION", "ACCESS_LOGIN", "ONBOARDING", "OFFBOARDING"] as const;
/** In two writings: they are one country. */
const COUNTRIES = ["NL", "nl", "BE", undefined] as const;
const MINUTE = 60_000;

export interface Companies {
  ctx: PipelineContext;
  database: TestDatabase;
  /** A call of somebody of this company. */
  as(company: CompanyId, role?: CompanyRole): CallContext;
  close(): Promise<void>;
}

/** Two companies with sessions, messages and questions each. */
export async function openCompanies(
  options: { log?: Logger; through?: (address: string) => string } = {},
): Promise<Companies> {
  const database = await createTestDatabase(options.through && { through: options.through });
  const ctx = consoleContext(database.pool, options.log ?? openLog({ level: "fatal", format: "json" }));
  await fillCompanies(ctx);
  await addReaders(database.rows);
  const { tenantPool: tenantDb } = database;
  const ofNow = { ...ctx, tenantDb, clock: { ...ctx.clock, now: () => NOW } };
  const as = (companyId: CompanyId, role: CompanyRole = "ADMIN"): CallContext => {
    const name = `${role.toLowerCase()}@${companyId}.example`;
    return companyCallerOf(ofNow, { id: `${companyId}-${role}`, name, role, companyId });
  };
  return { ctx, database, as, close: () => database.drop() };
}

/** Those whom `as` speaks for, with a session each. */
async function addReaders(rows: Rows): Promise<void> {
  for (const { id: companyId } of COMPANIES) {
    for (const role of Object.values(CompanyRole)) {
      const id = `${companyId}-${role}`;
      await rows.user({ id, companyId, role });
      await rows.userSession({ id: `session of ${id}`, userId: id, expiresAt: new Date(NOW.getTime() + 3_600_000) });
    }
  }
}

/** Every company gets as many sessions; of four, three are analysed, and of twelve one is empty. What they say differs from one company to the other. */
export async function fillCompanies(ctx: PipelineContext): Promise<void> {
  const rows = rowsIn(ctx.db);
  for (const { id: companyId, prefix, name, timeZone } of COMPANIES) {
    await rows.company({ id: companyId, name, timeZone, csvPassword: "sealed" });
    const sessions = await rows.sessions(SESSIONS, (n) => sessionOf(companyId, `${prefix}${n}`, n));
    await rows.questions(25, (n) => ({
      id: `${prefix}q${n - 1}`,
      companyId,
      content: `How does thing ${n - 1} work?`,
    }));
    const analysed = sessions.filter(({ analysedAt }) => analysedAt);
    await rows.sessionQuestions(
      analysed.flatMap(({ id: sessionId }, at) =>
        [0, 1].map((order) => {
          const question = ((2 * at + order + 1) * (order + 1)) % (25 - order * 5);
          return { sessionId, order, questionId: `${prefix}q${question}` };
        }),
      ),
    );
  }
}

function sessionOf(companyId: string, id: string, n: number) {
  const startTime = Date.UTC(2026, 9, 1, 0, 30) + n * (5 * 60 + 17) * MINUTE;
  const after = (minutes: number) => new Date(startTime + minutes * MINUTE);
  const analysis = {
    language: LANGUAGES[n % 3],
    sentiment: SENTIMENTS[n % 3],
    category: CATEGORIES[n % 5],
    escalated: n % 7 === 0,
    forwardedHr: n % 11 === 0,
    summary: `Asked ${companyId} about leave, ${n}.`,
    analysedAt: after(24 * 60),
  };
  return {
    id,
    companyId,
    // Companies call theirs the same: that tells nobody of the other's.
    externalSessionId: n % 10 === 0 ? undefined : `Chat/${n}%`,
    startTime: after(0),
    endTime: after(4),
    ipAddress: "192.0.2.1",
    fullTranscriptUrl: `https://u:p@example.com/${n}`,
    ...(n % 12 === 0 ? { isEmpty: true } : { initialMsg: `Frage ${n} über 100% Urlaub` }),
    messagesSent: n % 5,
    country: COUNTRIES[n % 4],
    avgResponseTime: n % 10 === 0 ? undefined : (n % 9) * (n % 9) * 6,
    messages: (n % 12 === 0 ? [] : [0, 1, 2]).map((order) => ({
      content: `Message ${order} of ${id}`,
      timestamp: after(order),
    })),
    ...(n % 4 === 0 ? {} : analysis),
  };
}

interface Listed {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into rows whose shape they assert themselves
  sessions: any[];
  nextCursor: string | null;
}

/** All that a list has, page by page. */
export async function readAll(ctx: CallContext, operation: Operation, filter: object, limit = 37) {
  const sessions: Listed["sessions"] = [];
  const read = async (at: object) => (await callOperation(ctx, operation, { ...filter, limit, ...at })) as Listed;
  for await (const page of pagesOf(read)) sessions.push(...page.sessions);
  return sessions;
}
