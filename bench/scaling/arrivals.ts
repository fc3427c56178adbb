import type { Pool } from "pg";
import { copyRows } from "../../lib/db/copy.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import type { Scenario } from "./scenarios.ts";

const MINUTES_A_DAY = 1_440;
const MODEL = "gpt-6-luna";

export const accountName = (account: number) => (account === 0 ? "openai" : `account-${account}`);
const accountId = (account: number) => (account === 0 ? "default" : accountName(account));
const modelOf = (account: number) => (account === 0 ? MODEL : `${MODEL}-${account}`);

interface Company {
  id: string;
  model: string;
  rowsAMinute: number;
  /** A part of a row, until it is a whole one. */
  due: number;
}

/** Sessions with what was said in them, and their requests, as they come: to each company evenly. */
export class Arrivals {
  readonly #db: Pool;
  readonly #companies: readonly Company[];
  #rows = 0;

  private constructor(db: Pool, companies: readonly Company[]) {
    this.#db = db;
    this.#companies = companies;
  }

  /** Makes the companies, and the accounts with a model each. */
  static async open(db: Pool, scenario: Scenario): Promise<Arrivals> {
    const { sessionsPerDay, perRow, accounts, comeWithinHours } = scenario;
    for (let account = 1; account < accounts; account++) {
      await db.query(`INSERT INTO "ProviderAccount" ("id", "kind") VALUES ($1, 'openai')`, [accountId(account)]);
      const model = modelOf(account);
      await db.query(`INSERT INTO "AIModel" ("id", "name", "accountId") VALUES ($1, $1, $2)`, [
        model,
        accountId(account),
      ]);
    }
    const rowsAMinute = sessionsPerDay / perRow / MINUTES_A_DAY / (comeWithinHours / 24);
    const large = Math.ceil(scenario.companies / 10);
    const companies = Array.from({ length: scenario.companies }, (_, n) => ({
      id: n < large ? `large-${n}` : `small-${n}`,
      model: modelOf(n % accounts),
      rowsAMinute: rowsAMinute / 2 / (n < large ? large : scenario.companies - large),
      // Not all at the same time.
      due: (n * Math.E) % 1,
    }));
    for (const { id } of companies) await db.query(`INSERT INTO "Company" ("id", "name") VALUES ($1, $1)`, [id]);
    return new Arrivals(db, companies);
  }

  /** Those of one minute. */
  async come(at: Date): Promise<void> {
    const rows = this.#companies.flatMap((company) => {
      company.due += company.rowsAMinute;
      const whole = Math.floor(company.due);
      company.due -= whole;
      return Array.from({ length: whole }, () => ({
        id: `r${++this.#rows}`,
        number: this.#rows,
        companyId: company.id,
        model: company.model,
      }));
    });
    if (rows.length === 0) return;
    await inTransaction(this.#db, async (tx) => {
      const sessions = rows.map(({ id, companyId }) => [id, companyId, at, at]);
      await copyRows(tx, "Session", ["id", "companyId", "startTime", "endTime"], sessions);
      const messages = rows.map(({ id, number }) => [id, id, "User", textOf(number), 0]);
      await copyRows(tx, "Message", ["id", "sessionId", "role", "content", "order"], messages);
      const columns = ["id", "companyId", "sessionId", "model", "processingType", "requestedAt"];
      const requests = rows.map(({ id, companyId, model }) => [id, companyId, id, model, "session-analysis", at]);
      await copyRows(tx, "AIProcessingRequest", columns, requests);
    });
  }
}

/** As long as those of `npm run bench`: a line has about 2.5 KB. */
function textOf(number: number): string {
  return `How do I ask for leave in week ${number}, and who decides on it? ${"I work shifts. ".repeat(number % 30)}`;
}
