import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySessionAnalysis } from "../../lib/analysis/applySessionAnalysis.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { readFigures } from "../../lib/company/figures/readFigures.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { readSession } from "../../lib/company/sessions/readSession.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { type Companies, openCompanies } from "./support.ts";

let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
});
afterAll(() => companies?.close());

/** Applies an answer with these questions to a session. */
const ask = (companyId: string, sessionId: string, questions: string[]) => {
  const answer = {
    language: "en",
    sentiment: "NEUTRAL",
    escalated: false,
    forwarded_hr: false,
    category: "SOCIAL_QUESTIONS",
    questions,
    summary: "Somebody asked something.",
  } as const;
  const applied = {
    requestId: "r",
    companyId,
    sessionId,
    replaces: true,
    questionIds: [],
    answer: { ...answer, questions },
  };
  return inTransaction(companies.database.pool, (tx) =>
    applySessionAnalysis(tx, [applied], { at: new Date(), newId: randomUUID }),
  );
};
const sameKey = async (one: string, other: string) => {
  const { rows } = await companies.database.pool.query<{ same: boolean }>(
    `SELECT livedash_question_key($1) = livedash_question_key($2) AS "same"`,
    [one, other],
  );
  return rows[0]?.same;
};

describe("what is one question", () => {
  it.each([
    ["How do I log in?", "how do I LOG in?"],
    ["How do I log in?", "  How  do\tI log\u00a0in ?"],
    ["How do I log in?", "How do I log in"],
    ["How do I log in?", "How do I log in??"],
    ["How do I log in?", "Ｈow do I log in？"],
    ["Wo ist das Büro?", "Wo ist das Bu\u0308ro?"],
    ["WO IST DAS BÜRO?", "wo ist das büro"],
    ["Where’s the “office” – upstairs?", `Where's the "office" - upstairs?`],
  ])("%s and %s", async (one, other) => expect(await sameKey(one, other)).toBe(true));

  it.each([
    ["How do I log in?", "How do I log on?"],
    ["What is 1.5 hours?", "What is 15 hours?"],
    ["Can I? Yes?", "Can I Yes?"],
  ])("but not %s and %s", async (one, other) => expect(await sameKey(one, other)).toBe(false));

  it("however a text grows when it is brought to one form", async () => {
    const long = "\ufdfa".repeat(500);
    await companies.database.rows.questions([{ content: long, companyId: "acme" }]);
    expect(await sameKey(long, `${long}?`)).toBe(true);
  });
});

describe("a question in several writings", () => {
  const WRITINGS = ["May I swap a shift?", "may I swap a shift", "May I  swap a shift??"];
  const PERIOD = { from: "2026-10-01", to: "2026-11-30" };

  it("is one figure, that leads to all who ask it, and to nobody of another company", async () => {
    const sessions = ["a1", "a2", "a3", "a5"];
    for (const [index, id] of sessions.entries()) await ask("acme", id, [WRITINGS[index % 3] ?? ""]);
    await ask("bolt", "b1", [...WRITINGS.slice(0, 1)]);
    const { questions } = await callOperation(companies.as("acme"), readFigures, {
      ...PERIOD,
      question: "swap a shift",
    });
    expect(questions).toMatchObject([{ content: WRITINGS[0], sessions: 4 }]);
    const questionId = questions[0]?.id;
    for (const { id } of await variants("acme")) {
      const listed = await callOperation(companies.as("acme"), listSessions, { questionId: id });
      expect(listed.sessions.map((session) => session.id).sort()).toEqual(sessions);
    }
    expect((await variants("acme")).map(({ id }) => id)).toContain(questionId);
    const foreign = await callOperation(companies.as("bolt"), listSessions, { questionId });
    expect(foreign.sessions).toEqual([]);
    expect((await callOperation(companies.as("bolt"), listSessions, { question: "swap a" })).sessions.length).toBe(1);
  });

  it("is asked once by a session that words it twice, and keeps its place", async () => {
    await ask("acme", "a6", ["First of all?", ...WRITINGS, "Last of all?"]);
    const { questions } = await callOperation(companies.as("acme"), readSession, { id: "a6" });
    expect(questions.map(({ content }) => content)).toEqual(["First of all?", WRITINGS[0], "Last of all?"]);
    const { rows } = await companies.database.pool.query(
      `SELECT "order" FROM "SessionQuestion" WHERE "sessionId" = 'a6' ORDER BY 1`,
    );
    expect(rows).toEqual([{ order: 0 }, { order: 1 }, { order: 2 }]);
  });

  it("has its key whoever writes it, an older version too", async () => {
    await companies.database.pool.query(
      `INSERT INTO "Question" ("id", "companyId", "content") VALUES ('old', 'acme', 'Old? ')`,
    );
    await companies.database.pool.query(`UPDATE "Question" SET "content" = 'new' WHERE "id" = 'old'`);
    const { rows } = await companies.database.pool.query(
      `SELECT "key" = livedash_question_key('NEW?') AS "isKept", (SELECT count(*)::int FROM "Question" WHERE "key" IS NULL) AS "without"
         FROM "Question" WHERE "id" = 'old'`,
    );
    expect(rows).toEqual([{ isKept: true, without: 0 }]);
  });
});

async function variants(companyId: string): Promise<{ id: string }[]> {
  const { rows } = await companies.database.pool.query<{ id: string }>(
    `SELECT "id" FROM "Question" WHERE "companyId" = $1 AND "content" ILIKE '%swap%'`,
    [companyId],
  );
  return rows;
}
