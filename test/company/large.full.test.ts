import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOperation } from "../../lib/api/operation.ts";
import { readFigures } from "../../lib/company/figures/readFigures.ts";
import { exportSessions, MOST_EXPORTED } from "../../lib/company/sessions/exportSessions.ts";
import { type Companies, openCompanies } from "./support.ts";

const DAY = { from: "2025-03-01", to: "2025-03-01" };
const SESSIONS = MOST_EXPORTED + 1;

let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
  // One session in ten asks, each question every second one of them, in two writings.
  await companies.database.pool.query(`
    INSERT INTO "Session" ("id", "companyId", "startTime", "endTime", "language", "analysedAt")
    SELECT 'large' || n, 'acme', '2025-03-01T10:00:00Z', '2025-03-01T10:05:00Z', 'nl', now()
      FROM generate_series(1, ${SESSIONS}) n;
    INSERT INTO "Question" ("id", "companyId", "content", "topic", "createdAt")
    VALUES ('first', 'acme', 'What about my leave?', 'Leave', now()),
           ('again', 'acme', 'what about my leave', 'Leave', now() + interval '1 second'),
           ('other', 'acme', 'What about my pay?', NULL, now());
    INSERT INTO "SessionQuestion" ("sessionId", "companyId", "order", "questionId")
    SELECT 'large' || n, 'acme', 0, CASE n % 40 WHEN 0 THEN 'first' WHEN 20 THEN 'again' ELSE 'other' END
      FROM generate_series(10, ${SESSIONS}, 10) n`);
});
afterAll(() => companies?.close());

describe("a company with more sessions in a day than a download can have", () => {
  it("reads their figures, and what they ask", async () => {
    const { totals, questions, topics } = await callOperation(companies.as("acme"), readFigures, DAY);
    expect(totals).toMatchObject({ sessions: SESSIONS, languages: { nl: SESSIONS } });
    const asking = Math.floor(SESSIONS / 20);
    expect(questions).toMatchObject([
      { id: "first", content: "What about my leave?", sessions: asking },
      { id: "other", content: "What about my pay?", sessions: asking },
    ]);
    expect(topics).toMatchObject([{ topic: "Leave", sessions: asking }]);
  });

  it("is told how many there are, how many it can have, and what to do", async () => {
    await expect(callOperation(companies.as("acme"), exportSessions, DAY)).rejects.toMatchObject({
      code: "too_large",
      message: `This selection has ${SESSIONS} sessions, but a download can have at most ${MOST_EXPORTED}. Export it in the background, or choose a shorter period.`,
    });
  });
});
