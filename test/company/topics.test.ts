import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOperation } from "../../lib/api/operation.ts";
import { exportFigures } from "../../lib/company/figures/exportFigures.ts";
import { readFigures } from "../../lib/company/figures/readFigures.ts";
import { readQuestion } from "../../lib/company/questions/readQuestion.ts";
import { exportSessions } from "../../lib/company/sessions/exportSessions.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { readSession } from "../../lib/company/sessions/readSession.ts";
import { type Companies, openCompanies } from "./support.ts";

let companies: Companies;
let asking: string[];
beforeAll(async () => {
  companies = await openCompanies();
  const { pool } = companies.database;
  await pool.query(`UPDATE "Question" SET "topic" = 'Holiday allowance' WHERE "id" IN ('aq1', 'aq2', 'bq1')`);
  const { rows } = await pool.query<{ id: string }>(
    `SELECT DISTINCT "sessionId" AS "id" FROM "SessionQuestion" WHERE "questionId" IN ('aq1', 'aq2') ORDER BY 1`,
  );
  asking = rows.map(({ id }) => id);
});
afterAll(() => companies?.close());

const ALL = { from: "2020-01-01", to: "2030-01-01" };
const textOf = async (answer: unknown) => new Response((answer as { content: ReadableStream }).content).text();

describe("what questions are about", () => {
  it("is shown with a session's questions and with a question", async () => {
    const [id = ""] = asking;
    const { questions } = await callOperation(companies.as("acme"), readSession, { id });
    expect(questions.map(({ topic }) => topic)).toContain("Holiday allowance");
    for (const { id, topic } of questions) {
      expect(topic).toBe(id === "aq1" || id === "aq2" ? "Holiday allowance" : null);
      expect((await callOperation(companies.as("acme"), readQuestion, { id })).question.topic).toBe(topic);
    }
  });

  it.each(["Holiday allowance", "  holiday  allowance "])("chooses the company's sessions: %s", async (topic) => {
    const { sessions } = await callOperation(companies.as("acme"), listSessions, { topic, limit: 200 });
    expect(sessions.map(({ id }) => id).sort()).toEqual(asking);
    const { sessions: none } = await callOperation(companies.as("acme"), listSessions, { topic: "Holiday" });
    expect(none).toEqual([]);
  });

  it("is counted, as the list that it leads to counts it", async () => {
    const { topics, questions } = await callOperation(companies.as("acme"), readFigures, ALL);
    expect(topics).toMatchObject([{ topic: "Holiday allowance", sessions: asking.length }]);
    expect(topics[0]?.overTime.reduce((sum, count) => sum + count)).toBe(asking.length);
    expect(questions.find(({ id }) => id === "aq1")?.topic ?? "Holiday allowance").toBe("Holiday allowance");
    expect((await callOperation(companies.as("bolt"), readFigures, { ...ALL, topic: "Sick leave" })).topics).toEqual(
      [],
    );
  });

  it("is exported beside the questions, and with the figures", async () => {
    const sessions = await textOf(
      await callOperation(companies.as("acme"), exportSessions, { topic: "Holiday allowance" }),
    );
    expect(sessions.split("\n")[0]).toMatch(/,questions,topics\r?$/);
    expect(sessions).toContain("Holiday allowance");
    const figures = await textOf(await callOperation(companies.as("acme"), exportFigures, ALL));
    expect(figures).toMatch(/,topic,Holiday allowance,\d+,/);
  });
});
