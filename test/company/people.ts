import { afterAll, beforeAll, beforeEach } from "vitest";
import type { CallContext } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { openLog } from "../../lib/observability/log.ts";
import { emptyAudit } from "../support/audit.ts";
import { companyCallerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const PEOPLE = {
  anna: { role: "ADMIN", companyId: "acme" },
  abel: { role: "ADMIN", companyId: "acme" },
  uma: { role: "USER", companyId: "acme" },
  otto: { role: "AUDITOR", companyId: "acme" },
  bert: { role: "ADMIN", companyId: "bolt" },
} as const;
type Name = keyof typeof PEOPLE;

/** The time of all calls. */
export const NOW = new Date("2026-11-27T09:00:00Z");
const MAIL = {
  PUBLIC_URL: "https://livedash.example.com",
  SMTP_URL: "smtp://127.0.0.1:9",
  MAIL_FROM: "LiveDash <livedash@example.com>",
};

/** What the tests of a file share, once startWithPeople has been called. */
export let database: TestDatabase;
export let ctx: PipelineContext;

/** Every test begins with the people of two companies, each named after their id, who have never signed in. */
export function startWithPeople(): void {
  beforeAll(async () => {
    database = await createTestDatabase();
    const base = consoleContext(database.pool, openLog({ level: "fatal", format: "json" }));
    ctx = { ...base, clock: { ...base.clock, now: () => NOW } };
  });
  beforeEach(async () => {
    await sql(`TRUNCATE "Company", "UserVerification", "OutgoingMail", "SignInLock" CASCADE`);
    await emptyAudit(database.owner);
    await database.rows.companies([
      { id: "acme", name: "Acme" },
      { id: "bolt", name: "Bolt" },
    ]);
    const people = Object.entries(PEOPLE).map(([id, person]) => ({ ...person, id, name: id, email: emailOf(id) }));
    await database.rows.users(people.map((person) => ({ ...person, mustChangePassword: false })));
  });
  afterAll(() => database.drop());
}

export const emailOf = (name: string) => `${name}@example.com`;

export async function sql(text: string, values: unknown[] = []) {
  return (await database.owner.query(text, values)).rows;
}

/** One of them as a caller, as their session found them. */
export const as = (name: Name, options?: { confirmed?: boolean }): CallContext =>
  companyCallerOf(ctx, { id: name, name: emailOf(name), ...PEOPLE[name] }, options);

/** The same where mail can be sent. */
export const withMail = (caller: CallContext): CallContext => ({ ...caller, config: { ...caller.config, ...MAIL } });

/** What is to be mailed. */
export const wantedMails = () => sql(`SELECT "kind", "realm", "email" FROM "OutgoingMail" ORDER BY "kind"`);
