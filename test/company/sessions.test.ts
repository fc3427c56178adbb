import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOperation } from "../../lib/api/operation.ts";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { readQuestion } from "../../lib/company/questions/readQuestion.ts";
import { countSessions } from "../../lib/company/sessions/countSessions.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { readNeighbours } from "../../lib/company/sessions/readNeighbours.ts";
import { readSession } from "../../lib/company/sessions/readSession.ts";
import { withHeld } from "../support/held.ts";
import { COMPANIES, type Companies, openCompanies, readAll, SESSIONS } from "./support.ts";

let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
});
afterAll(() => companies?.close());

const all = (company: "acme" | "bolt", filter: object = {}) => readAll(companies.as(company), listSessions, filter);
const list = (input: object) => callOperation(companies.as("acme"), listSessions, input);
const invalid = (message: RegExp) => ({ code: "invalid_input", message: expect.stringMatching(message) });

describe("the list of sessions", () => {
  it("has all of the own company, newest first, whatever the size of a page", async () => {
    for (const { id, prefix } of COMPANIES) {
      const sessions = await all(id);
      expect(sessions.length).toBe(SESSIONS);
      expect(sessions.every((session) => session.id.startsWith(prefix))).toBe(true);
      const times = sessions.map(({ startTime }) => startTime);
      expect(times).toEqual(times.toSorted().reverse());
      expect(await readAll(companies.as(id), listSessions, {}, 200)).toEqual(sessions);
    }
  });

  it("loses and doubles none that begin at the same moment, or come while somebody reads", async () => {
    await companies.database.rows.sessions(90, (n) => ({ id: `a-same-${n}`, startTime: "2026-10-05T12:00:00.123Z" }));
    const before = await all("acme");
    const first = await list({ limit: 100 });
    await companies.database.rows.session({ id: "a-new", startTime: "2027-01-01T00:00:00Z" });
    const second = await list({ limit: 200, cursor: first.nextCursor });
    const third = await list({ limit: 200, cursor: second.nextCursor });
    expect([...first.sessions, ...second.sessions, ...third.sessions]).toEqual(before);
    expect(third.nextCursor).toBeNull();
    await companies.database.pool.query(`DELETE FROM "Session" WHERE "id" LIKE 'a-%'`);
  });

  const hourOf = ({ startTime }: Record<string, unknown>) =>
    Number(
      new Intl.DateTimeFormat("en", { timeZone: "Europe/Amsterdam", hour: "numeric", hourCycle: "h23" }).format(
        new Date(String(startTime)),
      ),
    );
  // Each filter, and which of all sessions it must find.
  const FILTERS: [object, (session: Record<string, unknown>) => boolean][] = [
    [{ sentiment: "NEGATIVE" }, (s) => s.sentiment === "NEGATIVE"],
    [{ category: "SALARY_COMPENSATION" }, (s) => s.category === "SALARY_COMPENSATION"],
    [{ language: "nl" }, (s) => s.language === "nl"],
    [{ escalated: "true" }, (s) => s.escalated === true],
    [{ escalated: false }, (s) => s.escalated === false],
    [{ forwardedHr: true }, (s) => s.forwardedHr === true],
    [{ analysed: true }, (s) => s.analysedAt !== null],
    [{ analysed: "false" }, (s) => s.analysedAt === null && s.isEmpty === false],
    [{ empty: "true" }, (s) => s.isEmpty === true],
    [{ empty: false }, (s) => s.isEmpty === false],
    [{ country: "nl" }, (s) => String(s.country).toUpperCase() === "NL"],
    [{ hour: "0" }, (s) => hourOf(s) === 0],
    [{ hour: 13, country: "BE" }, (s) => hourOf(s) === 13 && s.country === "BE"],
    [{ responseTime: "under_5s" }, (s) => s.avgResponseTime === 0],
    [{ responseTime: "1_to_5min" }, (s) => Number(s.avgResponseTime) >= 60 && Number(s.avgResponseTime) < 300],
    [{ responseTime: "over_5min" }, (s) => Number(s.avgResponseTime) >= 300],
    [{ search: "LEAVE, 1" }, (s) => String(s.summary).includes("leave, 1")],
    [{ search: "ÜBER 100%" }, (s) => String(s.initialMsg).includes("über 100%")],
    [{ search: "frage 24" }, (s) => String(s.initialMsg).startsWith("Frage 24")],
    [{ search: "100_ Urlaub" }, () => false],
    [{ search: "hat/13%" }, (s) => s.externalSessionId === "Chat/13%"],
    [{ externalSessionId: "Chat/13%" }, (s) => s.externalSessionId === "Chat/13%"],
    [{ externalSessionIdPrefix: "Chat/13" }, (s) => String(s.externalSessionId).startsWith("Chat/13")],
    [{ externalSessionIdPrefix: "hat/13" }, () => false],
    [
      { externalSessionIdPrefix: "Chat/1", sentiment: "NEGATIVE" },
      (s) => String(s.externalSessionId).startsWith("Chat/1") && s.sentiment === "NEGATIVE",
    ],
    [
      { sentiment: "POSITIVE", language: "de", escalated: true },
      (s) => s.sentiment === "POSITIVE" && s.escalated === true,
    ],
  ];
  it.each(FILTERS)("finds with %o what fits and nothing else, and counts the same", async (filter, fits) => {
    const expected = (await all("acme")).filter(fits).map(({ id }) => id);
    expect((await all("acme", filter)).map(({ id }) => id)).toEqual(expected);
    expect(await callOperation(companies.as("acme"), countSessions, filter)).toEqual({ count: expected.length });
  });

  it("finds sessions by a question, by its id or a part of it", async () => {
    const { rows } = await companies.database.pool.query<{ id: string }>(
      `SELECT DISTINCT "sessionId" AS "id" FROM "SessionQuestion" WHERE "questionId" = 'aq7' ORDER BY 1`,
    );
    const ids = rows.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(2);
    expect((await all("acme", { questionId: "aq7" })).map(({ id }) => id).sort()).toEqual(ids);
    expect((await all("acme", { question: "THING 7 work" })).map(({ id }) => id).sort()).toEqual(ids);
    expect(await all("acme", { questionId: "bq7" })).toEqual([]);
    expect(await all("acme", { question: "100%" })).toEqual([]);
  });

  it("cuts days on the company's own clocks, first and last day included", async () => {
    // 2026-10-25 has 25 hours in Amsterdam, and the day begins there at 22:00 UTC of the day before.
    const acme = await all("acme", { from: "2026-10-25", to: "2026-10-25" });
    const inAmsterdam = (await all("acme")).filter(
      ({ startTime }) => startTime >= "2026-10-24T22:00:00.000Z" && startTime < "2026-10-25T23:00:00.000Z",
    );
    expect(acme).toEqual(inAmsterdam);
    expect(acme.length).toBeGreaterThan(3);
    const bolt = await all("bolt", { from: "2026-10-25", to: "2026-10-25" });
    expect(bolt.map(({ startTime }) => startTime)).not.toEqual(acme.map(({ startTime }) => startTime));
    expect(bolt.every(({ startTime }) => startTime >= "2026-10-25T04:00:00.000Z")).toBe(true);
  });

  it("refuses what makes no sense, with the field and the reason", async () => {
    await expect(list({ from: "2026-10-02", to: "2026-10-01" })).rejects.toMatchObject(invalid(/from: is after/));
    await expect(list({ from: "2026-02-31" })).rejects.toMatchObject(invalid(/from:/));
    await expect(list({ from: "0001-01-01" })).rejects.toMatchObject(invalid(/from: must be between/));
    await expect(list({ language: "German" })).rejects.toMatchObject(invalid(/language: is not a language code/));
    await expect(list({ search: "x" })).rejects.toMatchObject(invalid(/search:/));
    await expect(list({ search: "x".repeat(101) })).rejects.toMatchObject(invalid(/search:/));
    await expect(list({ search: "a\0b" })).rejects.toMatchObject(invalid(/search: contains an invalid character/));
    await expect(list({ limit: 201 })).rejects.toMatchObject(invalid(/limit:/));
    await expect(list({ hour: 24 })).rejects.toMatchObject(invalid(/hour:/));
    await expect(list({ country: "n\0l" })).rejects.toMatchObject(invalid(/country: /));
    await expect(list({ responseTime: "fast" })).rejects.toMatchObject(invalid(/responseTime:/));
    await expect(list({ companyId: "bolt" })).rejects.toMatchObject(invalid(/companyId/));
  });

  it("takes a cursor only with the filters and the company that it was given for", async () => {
    const { nextCursor } = await list({ limit: 5, language: "de" });
    const refusal = { code: "invalid_cursor" };
    await expect(list({ limit: 5, cursor: nextCursor })).rejects.toMatchObject(refusal);
    const foreign = callOperation(companies.as("bolt"), listSessions, { limit: 5, language: "de", cursor: nextCursor });
    await expect(foreign).rejects.toMatchObject(refusal);
    await expect(list({ cursor: "bm90IGEgY3Vyc29y" })).rejects.toMatchObject(refusal);
  });
});

describe("one session", () => {
  it("says that its analysis has failed for good, unless it is tried again, and to its own company alone", async () => {
    const { rows, pool } = companies.database;
    const [failed, retried, none] = ["a4", "a8", "a16"];
    await rows.request({ id: "r-a4", sessionId: failed, processingStatus: "PROCESSING_FAILED" });
    await rows.request({ id: "r-a8-1", sessionId: retried, processingStatus: "PROCESSING_FAILED" });
    await rows.request({ id: "r-a8-2", sessionId: retried });
    const read = async (id: string) =>
      (await callOperation(companies.as("acme"), readSession, { id })).session.analysisFailed;
    expect([await read(failed), await read(retried), await read(none)]).toEqual([true, false, false]);
    expect((await all("acme")).filter((session) => session.analysisFailed).map(({ id }) => id)).toEqual([failed]);
    await withHeld(pool, async (asOther) => {
      await asOther.query("SET LOCAL ROLE livedash_tenant; SELECT set_config('livedash.company', 'bolt', true)");
      const { rows: seen } = await asOther.query("SELECT livedash_analysis_failed('a4') AS failed");
      expect(seen).toEqual([{ failed: false }]);
    });
    await pool.query(`DELETE FROM "AIProcessingRequest" WHERE "id" LIKE 'r-a%'`);
  });

  it("has its analysis, its questions and its messages, in order", async () => {
    const answer = await callOperation(companies.as("acme"), readSession, { id: "a14" });
    expect(answer.session).toEqual({
      externalSessionId: "Chat/14%",
      id: "a14",
      startTime: "2026-10-04T02:28:00.000Z",
      endTime: "2026-10-04T02:32:00.000Z",
      country: "BE",
      avgResponseTime: 150,
      messagesSent: 4,
      initialMsg: "Frage 14 über 100% Urlaub",
      isEmpty: false,
      analysedAt: "2026-10-05T02:28:00.000Z",
      analysisFailed: false,
      language: "en",
      sentiment: "NEGATIVE",
      category: "OFFBOARDING",
      escalated: true,
      forwardedHr: false,
      summary: "Asked acme about leave, 14.",
    });
    expect(answer.questions.length).toBe(2);
    expect(answer.questions[0]).toEqual({
      id: expect.stringMatching(/^aq\d+$/),
      content: expect.stringMatching(/^How/),
      topic: null,
    });
    expect(answer.messages.map(({ content }) => content)).toEqual([0, 1, 2].map((n) => `Message ${n} of a14`));
    expect(answer.messages[1]).toEqual({
      order: 1,
      role: "Assistant",
      timestamp: "2026-10-04T02:29:00.000Z",
      content: "Message 1 of a14",
    });
    expect(answer.nextAfter).toBeNull();
  });

  it("gives a long conversation in parts, none lost", async () => {
    await companies.database.rows.messages(1_098, (n) => ({ sessionId: "a15", content: `Line ${n}`, order: n + 2 }));
    const contents: number[] = [];
    let after: number | null | undefined;
    do {
      const part = await callOperation(companies.as("acme"), readSession, { id: "a15", after });
      expect(part.messages.length).toBeLessThanOrEqual(500);
      contents.push(...part.messages.map(({ order }) => order));
      after = part.nextAfter;
    } while (after !== null);
    expect(contents).toEqual(Array.from({ length: 1101 }, (_, n) => n));
  });

  it("answers a foreign one and a missing one the same", async () => {
    const refusal = async (id: string) => {
      const error = await callOperation(companies.as("acme"), readSession, { id }).catch((reason) => reason);
      return { code: error.code, message: error.message, status: error.status };
    };
    expect(await refusal("b14")).toEqual({ code: "not_found", message: "This session does not exist.", status: 404 });
    expect(await refusal("missing")).toEqual(await refusal("b14"));
  });
});

describe("the neighbours of a session", () => {
  const neighbours = (input: object) => callOperation(companies.as("acme"), readNeighbours, input);

  it("are those that stand before and after it in the list, with any filter", async () => {
    for (const filter of [{}, { sentiment: "NEGATIVE", country: "be" }, { empty: true }]) {
      const ids = (await all("acme", filter)).map(({ id }) => id);
      for (const [at, id] of [...ids.entries()].filter(([index]) => index % 7 === 0 || index === ids.length - 1)) {
        expect(await neighbours({ ...filter, id })).toEqual({ newer: ids[at - 1] ?? null, older: ids[at + 1] ?? null });
      }
    }
  });

  it("are told apart by their ids where they began at the same moment", async () => {
    await companies.database.rows.sessions(3, (n) => ({ id: `a-twin-${n}`, startTime: "2027-01-01T00:00:00Z" }));
    expect(await neighbours({ id: "a-twin-2" })).toEqual({ newer: "a-twin-3", older: "a-twin-1" });
    await companies.database.pool.query(`DELETE FROM "Session" WHERE "id" LIKE 'a-twin-%'`);
  });

  it("are never another company's, and a foreign session has none that it could be told by", async () => {
    const ids = Object.values(await neighbours({ id: "a14" }));
    expect(ids.every((id) => id?.startsWith("a"))).toBe(true);
    for (const id of ["b14", "missing"]) {
      await expect(neighbours({ id })).rejects.toMatchObject({
        code: "not_found",
        message: "This session does not exist.",
      });
    }
  });
});

describe("one question", () => {
  it("is read by its company alone: to others it is missing", async () => {
    expect(await callOperation(companies.as("acme"), readQuestion, { id: "aq3" })).toEqual({
      question: { id: "aq3", content: "How does thing 3 work?", topic: null },
    });
    const missing = { code: "not_found", message: "This question does not exist." };
    for (const id of ["bq3", "missing"]) {
      await expect(callOperation(companies.as("acme"), readQuestion, { id })).rejects.toMatchObject(missing);
    }
  });
});

describe("who I am", () => {
  it("is answered with my company and what I may do", async () => {
    expect(await callOperation(companies.as("acme", "AUDITOR"), readCompanyMe, {})).toEqual({
      user: { id: "acme-AUDITOR", email: "auditor@acme.example", name: "Jo", role: "AUDITOR" },
      permissions: ["company.read", "company.sessions.export", "company.sessions.read"],
      company: { id: "acme", name: "Bäckerei Österreicher", status: "ACTIVE", timeZone: "Europe/Amsterdam" },
      sessionDays: { first: "2026-10-01", last: "2026-11-22" },
      held: null,
      key: null,
    });
    const user = await callOperation(companies.as("bolt", "USER"), readCompanyMe, {});
    expect(user.permissions).toEqual(["company.read", "company.sessions.read"]);
  });
});
