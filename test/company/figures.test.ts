import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOperation } from "../../lib/api/operation.ts";
import { readFigures } from "../../lib/company/figures/readFigures.ts";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { type Companies, openCompanies, readAll, SESSIONS } from "./support.ts";

let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
});
afterAll(() => companies?.close());

const ALL = { from: "2026-09-30", to: "2026-12-31" };
const figures = (input: object, company: "acme" | "bolt" = "acme") =>
  callOperation(companies.as(company), readFigures, input);
const countListed = async (filter: object, company: "acme" | "bolt" = "acme") =>
  (await readAll(companies.as(company), listSessions, filter, 200)).length;

type Figures = Awaited<ReturnType<typeof figures>>["totals"];

/** Every figure, with the filter that lists the sessions behind it. */
function filtersBehind(found: Figures): [number, object][] {
  const each = (counts: Record<string, number>, name: string): [number, object][] =>
    Object.entries(counts).map(([value, count]) => [count, { [name]: value }]);
  return [
    [found.sessions, {}],
    [found.analysed, { analysed: true }],
    [found.empty, { empty: true }],
    [found.sessions - found.analysed - found.empty, { analysed: false }],
    [found.escalated, { escalated: true }],
    [found.forwardedHr, { forwardedHr: true }],
    ...each(found.sentiments, "sentiment"),
    ...each(found.categories, "category"),
    ...each(found.languages, "language"),
    ...each(found.countries, "country"),
    ...each(found.hours, "hour"),
    ...each(found.responseTimes, "responseTime"),
  ];
}

async function expectListed(found: Figures, filter: object): Promise<void> {
  for (const [count, more] of filtersBehind(found)) {
    expect({ ...more, count: await countListed({ ...filter, ...more }) }).toEqual({ ...more, count });
  }
}

describe("figures", () => {
  it("are those of the own company alone", async () => {
    const acme = await figures(ALL);
    expect(acme.totals).toMatchObject({ sessions: SESSIONS, analysed: (SESSIONS / 4) * 3, empty: SESSIONS / 12 });
    expect(acme.totals.countries).toEqual({ NL: 120, BE: 60 });
    expect(acme.totals.sentiments).toEqual({ POSITIVE: 60, NEUTRAL: 60, NEGATIVE: 60 });
    expect(acme.totals.languages).toEqual({ de: 60, nl: 60, en: 60 });
    expect(acme.questions.every(({ id }) => id.startsWith("aq"))).toBe(true);
    await companies.database.pool.query(`UPDATE "Session" SET "sentiment" = 'POSITIVE' WHERE "companyId" = 'bolt'`);
    expect((await figures(ALL)).totals).toEqual(acme.totals);
    expect((await figures(ALL, "bolt")).totals.sentiments).toMatchObject({ POSITIVE: SESSIONS, NEGATIVE: 0 });
  });

  it("agree with the list, each of them, also under a filter", async () => {
    await expectListed((await figures(ALL)).totals, ALL);
    const filter = { from: "2026-10-10", to: "2026-11-05", search: "leave, 1", question: "thing" };
    const found = await figures(filter);
    expect(found.totals.sessions).toBeGreaterThan(5);
    await expectListed(found.totals, filter);
  });

  it.each(["day", "week", "month"])("agree with the list in every %s, and add up", async (bucket) => {
    // Over the end of summer time in Amsterdam.
    const { overTime, totals } = await figures({ from: "2026-10-14", to: "2026-11-11", bucket });
    expect(overTime.length).toBe({ day: 29, week: 5, month: 2 }[bucket]);
    const days = overTime.flatMap(({ from, to }) => [from, to]);
    expect(days).toEqual(days.toSorted());
    expect([days[0], days.at(-1)]).toEqual(["2026-10-14", "2026-11-11"]);
    if (bucket === "week") expect(days.slice(1, 4)).toEqual(["2026-10-18", "2026-10-19", "2026-10-25"]);
    for (const { from, to, ...part } of overTime) {
      expect(await countListed({ from, to })).toBe(part.sessions);
      expect(await countListed({ from, to, sentiment: "NEGATIVE" })).toBe(part.sentiments.NEGATIVE);
    }
    const sum = (pick: (part: Figures) => number) => overTime.reduce((total, part) => total + pick(part), 0);
    expect(sum((part) => part.sessions)).toBe(totals.sessions);
    expect(sum((part) => part.languages.nl ?? 0)).toBe(totals.languages.nl);
    expect(sum((part) => part.categories.ONBOARDING)).toBe(totals.categories.ONBOARDING);
    expect(sum((part) => part.escalated)).toBe(totals.escalated);
  });

  it("stand beside those of as many days before, part by part", async () => {
    const { previous, totals, overTime, questions } = await figures({
      from: "2026-11-02",
      to: "2026-11-15",
      bucket: "week",
    });
    const before = await figures({ from: "2026-10-19", to: "2026-11-01", bucket: "week" });
    expect(previous).toEqual({
      from: "2026-10-19",
      to: "2026-11-01",
      totals: before.totals,
      overTime: before.overTime,
    });
    expect(previous.totals.sessions).toBeGreaterThan(20);
    expect(totals).toEqual((await figures({ from: "2026-11-02", to: "2026-11-15", bucket: "month" })).totals);
    expect(overTime.map(({ sessions }) => sessions)).not.toEqual(previous.overTime.map(({ sessions }) => sessions));
    for (const { id, sessionsBefore, overTimeBefore } of questions.slice(0, 4)) {
      expect(await countListed({ from: previous.from, to: previous.to, questionId: id })).toBe(sessionsBefore);
      expect(overTimeBefore.reduce((sum, count) => sum + count, 0)).toBe(sessionsBefore);
    }
    // Months are not alike: each is held against as many days.
    const months = await figures({ from: "2026-10-01", to: "2026-11-30", bucket: "month" });
    expect(months.previous.overTime.map(({ from, to }) => [from, to])).toEqual([
      ["2026-08-01", "2026-08-31"],
      ["2026-09-01", "2026-09-30"],
    ]);
  });

  it("name the questions that most sessions ask, with the sessions behind each, over time", async () => {
    const { questions, overTime } = await figures({ ...ALL, bucket: "week" });
    expect(questions.length).toBe(20);
    const counts = questions.map(({ sessions }) => sessions);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    for (const { id, sessions, overTime: parts } of questions.slice(0, 5)) {
      expect(await countListed({ ...ALL, questionId: id })).toBe(sessions);
      expect(parts.length).toBe(overTime.length);
      expect(parts.reduce((sum, count) => sum + count, 0)).toBe(sessions);
      const busiest = parts.indexOf(Math.max(...parts));
      const { from, to } = overTime[busiest] ?? {};
      expect(await countListed({ from, to, questionId: id })).toBe(parts[busiest]);
    }
  });

  it("count a session once that asks the same thing twice", async () => {
    await companies.database.rows.sessionQuestions(81, (n) => ({ sessionId: "a1", order: n + 9, questionId: "aq3" }));
    const found = (await figures(ALL)).questions.find(({ id }) => id === "aq3");
    await companies.database.pool.query(`DELETE FROM "SessionQuestion" WHERE "order" >= 10`);
    expect(found?.sessions).toBeLessThan(30);
  });

  it("show by themselves the ninety days up to the newest session", async () => {
    const { period, overTime } = await figures({});
    const newest = (await readAll(companies.as("acme"), listSessions, {}))[0]?.startTime;
    expect(period).toEqual({
      from: "2026-08-25",
      to: newest.slice(0, 10),
      bucket: "week",
      timeZone: "Europe/Amsterdam",
    });
    expect(overTime.length).toBe(13);
    expect((await figures({ from: "2026-12-24" })).period).toMatchObject({ to: "2026-12-24", bucket: "day" });
    expect((await figures({ from: "2020-01-01" })).period.bucket).toBe("month");
  });

  it("are cut into years when one session claims to be from 1970, west of Greenwich too", async () => {
    await companies.database.rows.company({ id: "old", timeZone: "America/New_York" });
    await companies.database.rows.sessions([
      { companyId: "old", startTime: "1970-01-01T00:00:00Z", endTime: "1970-01-01T00:00:00Z" },
      { companyId: "old", startTime: "2026-11-20T08:00:00Z", endTime: "2026-11-20T08:10:00Z" },
    ]);
    const ctx = companies.as("acme");
    const actor = { ...ctx.actor, companyId: "old" } as typeof ctx.actor;
    const { sessionDays } = await callOperation({ ...ctx, actor }, readCompanyMe, {});
    expect(sessionDays).toEqual({ first: "1969-12-31", last: "2026-11-20" });
    const all = { from: sessionDays?.first, to: sessionDays?.last };
    const { period, overTime, totals } = await callOperation({ ...ctx, actor }, readFigures, all);
    expect([period.bucket, overTime.length, totals.sessions]).toEqual(["year", 58, 2]);
    expect([overTime[0], overTime.at(-1)]).toMatchObject([
      { from: "1969-12-31", to: "1969-12-31", sessions: 1 },
      { from: "2026-01-01", to: "2026-11-20", sessions: 1 },
    ]);
  });

  it("are all there, and nothing, for a company without sessions", async () => {
    await companies.database.rows.company({ id: "idle" });
    const ctx = companies.as("acme");
    const actor = { ...ctx.actor, companyId: "idle" } as typeof ctx.actor;
    const { period, totals, questions } = await callOperation({ ...ctx, actor }, readFigures, {});
    expect(period).toMatchObject({ from: "2026-08-27", to: "2026-11-24" });
    expect(totals).toMatchObject({ sessions: 0, sentiments: { NEGATIVE: 0 }, languages: {} });
    expect(questions).toEqual([]);
  });

  it("cut a period of any length into parts that can be drawn", async () => {
    expect((await figures({ from: "1970-01-01", to: "2026-12-31" })).period.bucket).toBe("year");
    const { overTime, period } = await figures({ from: "2016-06-01", to: "2026-12-31" });
    expect(period.bucket).toBe("year");
    expect([overTime[0], overTime[1]]).toMatchObject([{ to: "2016-12-31" }, { from: "2017-01-01", to: "2017-12-31" }]);
  });

  it("refuse more parts than can be drawn, and periods that end before they begin", async () => {
    const tooMany = figures({ from: "2020-01-01", to: "2026-11-01", bucket: "day" });
    await expect(tooMany).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/bucket: .*400/),
    });
    await expect(figures({ from: "1970-01-01", to: "2999-12-31", bucket: "month" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/longer interval or a shorter period$/),
    });
    await expect(figures({ from: "1970-01-01", to: "2999-12-31" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/400 of these; choose a shorter period$/),
    });
    await expect(figures({ from: "2026-11-02", to: "2026-11-01" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});
