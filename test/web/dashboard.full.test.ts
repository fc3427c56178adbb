import { buffer } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { change as changeOf } from "../../app/_words/numbers.ts";
import { fillCompanies } from "../company/support.ts";
import { complaintsOf } from "../support/browser.ts";
import { runJobs } from "../support/jobs.ts";
import { addUser, PASSWORD, signInForBrowser } from "../support/people.ts";
import { expectAccessible } from "./axe.ts";
import { openBrowser } from "./person.ts";
import { startTestConsole, type TestConsole } from "./support.ts";
import { visit } from "./visit.ts";

const ADMIN = "anne@acme.example";
let console_: TestConsole;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  console_ = await startTestConsole();
  const { ctx } = console_;
  await fillCompanies(ctx);
  await console_.database.rows.company({ id: "idle", name: "Idle" });
  const people = [
    [ADMIN, "acme", "ADMIN"],
    ["uwe@acme.example", "acme", "USER"],
    ["bo@bolt.example", "bolt", "ADMIN"],
    ["ida@idle.example", "idle", "ADMIN"],
  ] as const;
  for (const [email, companyId, role] of people) {
    await addUser(ctx, { realm: "company", email, name: "Änne Grote", companyId, role });
  }
  await addUser(ctx, { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console_?.close();
});
afterEach(async ({ task }) => {
  // What is shown in place of what was waited for is most of the finding.
  const shown = () => page.locator("main").textContent({ timeout: 5_000 }).catch(String);
  if (task.result?.state === "fail") console.info(page.url(), complaints, await shown());
  await page.context().close();
});

/** One session a person: sign-ins are counted, and so many in a minute would be refused. */
const signedIn = new Map<string, { name: string; value: string; url: string }[]>();
function cookiesOf(email: string) {
  const realm = email.includes("@example.com") ? "platform" : "company";
  return signInForBrowser(console_.server.url, realm, email);
}

/** A page of a browser in which this person, or nobody, has signed in. */
async function open(path: string, email?: string, options: BrowserContextOptions = {}): Promise<number | undefined> {
  const context = await browser.newContext({ timezoneId: "America/New_York", ...options });
  if (email) {
    const cookies = signedIn.get(email) ?? (await cookiesOf(email));
    signedIn.set(email, cookies);
    await context.addCookies(cookies);
  }
  page = await context.newPage();
  complaints = complaintsOf(page);
  return (await visit(page, console_.server.url + path))?.status();
}

const title = (name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
const entries = () => page.getByRole("main").locator("ol > li");
const link = (name: string | RegExp) => page.getByRole("link", { name }).first();
const search = () => new URL(page.url()).searchParams;
const OVERVIEW = "240 sessions, 25 Aug – 22 Nov 2026";

describe("the dashboard", () => {
  it("opens with the sign-in, and shows the figures of the own company", async () => {
    await open("/dashboard");
    await page.waitForURL(/\/sign-in\?realm=company$/);
    await page.getByLabel("Email address").fill(ADMIN);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/dashboard$/);
    await title(OVERVIEW);
    expect(await page.getByText("Änne Grote (admin, Bäckerei Österreicher)").isVisible()).toBe(true);
    expect(await page.getByText("Days are in Europe/Amsterdam.").isVisible()).toBe(true);
    expect(await link("Analysed").textContent()).toBe("Analysed 180 82%");
    const negative = page.getByRole("listitem").filter({ has: link("Negative") });
    expect(await negative.getByRole("paragraph").textContent()).toBe("60 33%");
    expect(await page.getByRole("heading", { name: "What people ask most" }).isVisible()).toBe(true);
    expect(await page.getByText("Van der Meer").count()).toBe(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in\?realm=company$/);
    expect(complaints).toEqual([]);
  });

  it("leads from a figure to its sessions, through their pages, to one of them and to who asks the same", async () => {
    await open("/dashboard", ADMIN);
    await page.getByRole("link", { name: "Negative", exact: true }).click();
    await title("60 sessions");
    expect(Object.fromEntries(search())).toEqual({ from: "2026-08-25", to: "2026-11-22", sentiment: "NEGATIVE" });
    expect(await entries().count()).toBe(50);
    expect(await entries().first().textContent()).toMatch(/Negative.*Asked acme about leave/);
    await link("Next page").click();
    await page.waitForURL(/cursor=/);
    await expect.poll(() => entries().count()).toBe(10);
    await page.goBack();
    await expect.poll(() => entries().count()).toBe(50);

    const opened = entries().filter({ hasText: "Asked acme about leave, 218." });
    await opened.getByRole("link").click();
    await title(/^Session of /);
    expect(await page.getByText("Message 1 of a218").isVisible()).toBe(true);
    expect(await page.getByText("English · took 4 minutes · 3 messages from the user").isVisible()).toBe(true);
    const time = page.getByRole("heading", { level: 1 }).locator("time");
    expect(await time.getAttribute("title")).toBe("2026-11-18 00:16:00 UTC");
    expect(await time.textContent()).toBe("18 Nov 2026, 01:16");
    // And it came so: nothing jumps when the page's script takes over.
    expect(await (await page.request.get(page.url())).text()).toContain("18 Nov 2026, 01:16");

    const question = link(/^How does thing/);
    const words = (await question.textContent())?.split(":")[0];
    await question.click();
    await page.waitForURL(/questionId=aq/);
    await page.getByRole("list", { name: "Filters" }).getByText(`Asks “${words}”`).waitFor();
    expect(await entries().count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  it("leads from a bar to the sessions behind it, by pointer and by keyboard", async () => {
    await open("/dashboard", ADMIN);
    const bars = page.locator("a[aria-label^='Negative: ']");
    const box = await bars.boundingBox();
    await bars.hover({ position: { x: ((box?.width ?? 0) / 13) * 8.5, y: 20 } });
    await page.locator("a[aria-label^='Negative: '][aria-label*='19 – 25 Oct 2026: ']").waitFor();
    const said = /19 – 25 Oct 2026: (\d+) sessions/.exec((await bars.getAttribute("aria-label")) ?? "");
    expect(Number(said?.[1])).toBeGreaterThan(5);
    await bars.click({ position: { x: ((box?.width ?? 0) / 13) * 8.5, y: 20 } });
    await title(`${said?.[1]} sessions`);
    expect(Object.fromEntries(search())).toEqual({ from: "2026-10-19", to: "2026-10-25", sentiment: "NEGATIVE" });

    await page.goBack();
    await title(OVERVIEW);
    await link(/^German: by week/).focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("link", { name: /^German: 9 – 15 Nov 2026: \d+ sessions/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/language=de/);
    expect(search().get("to")).toBe("2026-11-15");
    expect(complaints).toEqual([]);
  });

  it("keeps period, parts and table in the address, and the numbers behind links", async () => {
    await open("/dashboard", ADMIN);
    await page.getByRole("navigation", { name: "Period" }).getByRole("link", { name: "All" }).click();
    await title("240 sessions, 1 Oct – 22 Nov 2026");
    await page.getByRole("link", { name: "Days", exact: true }).click();
    await page.getByRole("heading", { name: "Sessions by day" }).waitFor();
    await page.getByRole("link", { name: "Show each day as a table" }).click();
    const row = page.getByRole("row", { name: /^25 Oct 2026/ });
    await row.waitFor();
    const numbers = await row.getByRole("cell").allTextContents();
    expect(Number(numbers[0])).toBeGreaterThan(3);
    await row.getByRole("link").first().click();
    await title(`${numbers[0]} sessions`);
    expect(complaints).toEqual([]);
  });

  it("finds and filters, says what it is narrowed to, and takes each part away again", async () => {
    await open("/dashboard/sessions", ADMIN);
    await title("240 sessions");
    await page.keyboard.press("/");
    await page.keyboard.type("über 100%");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Filters" }).getByText("“über 100%”").waitFor();
    await page.getByText("More filters").click();
    await page.getByLabel("Language").selectOption({ label: "Dutch" });
    await page.getByLabel("Escalation").selectOption({ label: "Not escalated" });
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/language=nl/);
    await title(/^\d\d sessions$/);
    const both = await page.getByRole("heading", { level: 1 }).textContent();
    await link(/^Dutch.*remove this filter$/).click();
    await page.waitForURL((url) => !url.search.includes("language"));
    expect(await page.getByRole("heading", { level: 1 }).textContent()).not.toBe(both);
    expect(search().get("escalated")).toBe("false");
    await link("Clear all").click();
    await title("240 sessions");
    await link("Show as charts").click();
    await title(OVERVIEW);
    expect(complaints).toEqual([]);
  });

  it("gives the sessions as a file, to who may have it", async () => {
    await open("/dashboard/sessions?sentiment=NEGATIVE", ADMIN);
    const [download] = await Promise.all([page.waitForEvent("download"), link("Export 60 sessions as CSV").click()]);
    expect(download.suggestedFilename()).toMatch(/^sessions-.*\.csv$/);
    const rows: { id: string; sentiment: string }[] = parse(await buffer(await download.createReadStream()), {
      columns: true,
      bom: true,
    });
    expect(rows.length).toBe(60);
    expect(rows.every(({ id, sentiment }) => id.startsWith("a") && sentiment === "NEGATIVE")).toBe(true);
    await page.context().close();

    await open("/dashboard/sessions", "uwe@acme.example");
    await title("240 sessions");
    expect(await page.getByRole("link", { name: /Export/ }).count()).toBe(0);
    expect(await page.getByText("Only your company's administrators and auditors").isVisible()).toBe(true);
  });
});

describe("an export in the background", () => {
  it("is asked for, followed, fetched and aborted on the pages", async () => {
    await open("/dashboard/sessions?sentiment=NEGATIVE", ADMIN);
    await page.getByRole("button", { name: "Export in the background" }).click();
    await title("Your exports");
    await page.getByText("0 of 60").waitFor();
    await expectAccessible(page);
    await runJobs(console_.ctx);
    // The page finds out by itself.
    const [download] = await Promise.all([page.waitForEvent("download"), link("Download").click()]);
    const rows: { id: string; sentiment: string }[] = parse(await buffer(await download.createReadStream()), {
      columns: true,
      bom: true,
    });
    expect(rows.length).toBe(60);
    expect(rows.every(({ id, sentiment }) => id.startsWith("a") && sentiment === "NEGATIVE")).toBe(true);

    await link("All sessions").click();
    await title("240 sessions");
    await page.getByRole("button", { name: "Export in the background" }).click();
    await title("Your exports");
    await page.getByRole("button", { name: "Abort" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Abort export" }).click();
    await page.getByText("Aborted", { exact: true }).waitFor();
    await page.context().close();

    await open("/dashboard/sessions/exports", "bo@bolt.example");
    await page.getByText("No exports").waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("the figures", () => {
  const TWO_WEEKS = "/dashboard?from=2026-11-02&to=2026-11-15&bucket=week";

  it("stand beside those of as many days before: tiles, rows and chart", async () => {
    await open(TWO_WEEKS, ADMIN);
    await title(/2 – 15 Nov 2026$/);
    await page.getByText("Compared with the same number of days before, 19 Oct – 1 Nov 2026.").waitFor();
    const tile = await page.getByRole("link", { name: /^Sessions \d/ }).textContent();
    const found = /^Sessions (\d+)\s+(as before|[+−]\d+%|< 1%), from (\d+) sessions in the period before$/.exec(
      tile ?? "",
    );
    const [, now = "", change, before = ""] = found ?? [];
    expect(change, tile ?? "").toBe(changeOf(Number(now), Number(before)));
    const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "Negative", exact: true }) });
    expect(await row.getByRole("paragraph").textContent()).toMatch(
      /^\d+ \d+% .+, from \d+ sessions? in the period before$/,
    );
    const bars = page.locator("a[aria-label^='Sessions: by week']");
    await bars.focus();
    await page.keyboard.press("Home");
    await page
      .getByRole("link", { name: /2 – 8 Nov 2026: \d+ sessions, \d+ analysed; \d+ in the period before$/ })
      .waitFor();
    await open("/dashboard", ADMIN);
    await page.getByText("There is nothing to compare with in the days before, 27 May – 24 Aug 2026.").waitFor();
    expect(await page.getByText("in the period before").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("have an axis in round numbers, and keep period and filter in the links of their charts", async () => {
    await open(`${TWO_WEEKS}&escalated=false`, ADMIN);
    await title(/2 – 15 Nov 2026$/);
    const ticks = page.locator("section", { has: page.locator("#sessions") }).locator("svg text > title");
    const counts = (await ticks.allTextContents()).map(Number);
    expect(counts.length).toBeGreaterThan(2);
    expect(counts).toEqual(counts.map((_, index) => index * (counts[1] ?? 0)));
    const shared = { from: "2026-11-02", to: "2026-11-15", escalated: "false" };
    const hrefs = await page
      .locator("section a[aria-label]")
      .evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
    expect(hrefs.length).toBeGreaterThan(10);
    for (const href of hrefs) {
      expect(Object.fromEntries(new URL(href, page.url()).searchParams)).toMatchObject(shared);
    }
  });

  it("tell hours of the day, response times and countries, each with its sessions", async () => {
    await open("/dashboard", ADMIN);
    await page.getByRole("heading", { name: "Hours of the day, in Europe/Amsterdam" }).waitFor();
    const hours = page.locator("section", { has: page.locator("#hours") }).locator("a[aria-label]");
    await hours.focus();
    await page.keyboard.press("End");
    await page.getByRole("link", { name: /^Sessions: 23:00 – 23:59: \d+ sessions/ }).waitFor();
    const said = / (\d+) sessions/.exec((await hours.getAttribute("aria-label")) ?? "")?.[1];
    await page.keyboard.press("Enter");
    await title(`${said} sessions`);
    expect(Object.fromEntries(search())).toEqual({ from: "2026-08-25", to: "2026-11-22", hour: "23" });
    await page.getByRole("list", { name: "Filters" }).getByText("From 23:00 – 23:59").waitFor();
    await page.goBack();
    await title(OVERVIEW);
    await link("Netherlands").click();
    await title("120 sessions");
    await page.getByText("More filters").click();
    await page.getByText("Days and hours are in Europe/Amsterdam.").waitFor();
    expect(await page.getByLabel("Country").inputValue()).toBe("NL");
    await page.getByLabel("Response time").selectOption({ label: "5 minutes or more" });
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/responseTime=over_5min/);
    await page.getByRole("list", { name: "Filters" }).getByText("Answered in 5 minutes or more").waitFor();
    await expect.poll(() => entries().count()).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
  });

  it("can be taken as a file, by everybody who sees them", async () => {
    await open(`${TWO_WEEKS}&sentiment=NEGATIVE`, "uwe@acme.example");
    const [download] = await Promise.all([page.waitForEvent("download"), link("Export figures as CSV").click()]);
    expect(download.suggestedFilename()).toBe("figures-2026-11-02-to-2026-11-15.csv");
    const rows: { from: string; figure: string; value: string; sessions: string }[] = parse(
      await buffer(await download.createReadStream()),
      { columns: true, bom: true },
    );
    expect([...new Set(rows.map(({ from }) => from))]).toEqual(["2026-11-02", "2026-11-09"]);
    expect(rows.filter(({ figure }) => figure === "sentiment").every(({ value }) => value === "NEGATIVE")).toBe(true);
  });

  it("are printed without what can only be pressed, in light colours", async () => {
    await open(TWO_WEEKS, ADMIN, { colorScheme: "dark" });
    await page.evaluate(() => Object.assign(window, { print: () => document.body.setAttribute("data-printed", "") }));
    await page.getByRole("button", { name: "Print" }).click();
    await page.locator("body[data-printed]").waitFor();
    await page.emulateMedia({ media: "print" });
    await title(/2 – 15 Nov 2026$/);
    expect(await page.getByText("Bäckerei Österreicher. Days are in").isVisible()).toBe(true);
    for (const role of ["navigation", "button", "search", "banner", "contentinfo"] as const) {
      for (const part of await page.getByRole(role, { includeHidden: true }).all())
        expect(await part.isVisible()).toBe(false);
    }
    const colours = () =>
      page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
    expect(await colours()).toEqual(["rgb(255, 255, 255)", "rgb(25, 29, 33)"]);
    expect(await page.locator("a[aria-label^='Sessions: by week'] path").first().isVisible()).toBe(true);
  });
});

describe("a list and its sessions", () => {
  it("opens a session from anywhere on its row, and keeps the filter through neighbours and back", async () => {
    await open("/dashboard/sessions?sentiment=NEGATIVE&country=BE", ADMIN);
    await title(/^\d+ sessions$/);
    const ids = await entries()
      .locator("a")
      .evaluateAll((links) => links.map((a) => new URL((a as HTMLAnchorElement).href).pathname));
    const row = entries().nth(1);
    const box = await row.boundingBox();
    await row.click({ position: { x: (box?.width ?? 0) - 20, y: (box?.height ?? 0) - 8 } });
    await title(/^Session of /);
    expect(new URL(page.url()).pathname).toBe(ids[1]);
    await link("Next session").click();
    await page.waitForURL(`**${ids[2]}?*`);
    await link("Previous session").click();
    await page.waitForURL(`**${ids[1]}?*`);
    await link("Previous session").click();
    await page.waitForURL(`**${ids[0]}?*`);
    await expect.poll(() => page.getByRole("link", { name: "Previous session" }).count()).toBe(0);
    await link("All sessions").click();
    await page.waitForURL(/\/dashboard\/sessions\?/);
    expect(Object.fromEntries(search())).toEqual({ sentiment: "NEGATIVE", country: "BE" });
    expect(complaints).toEqual([]);
  });

  it("comes back to the page of the list", async () => {
    await open("/dashboard/sessions?language=nl", ADMIN);
    await link("Next page").click();
    await page.waitForURL(/cursor=/);
    const list = page.url();
    await expect.poll(() => entries().count()).toBe(10);
    await entries().first().getByRole("link").click();
    await title(/^Session of /);
    await link("All sessions").click();
    await page.waitForURL(list);
  });

  it("says of an empty session that nothing was written, and counts it apart", async () => {
    await open("/dashboard", ADMIN);
    await page.getByRole("link", { name: /^Nothing was written 20/ }).click();
    await title("20 sessions");
    expect(await entries().first().textContent()).toContain("Nothing was written");
    await entries().first().getByRole("link").click();
    await page.getByText("Nothing was written in this session, so there is nothing to analyse.").waitFor();
    expect(await page.getByText("come back later").count()).toBe(0);
    await open("/dashboard/sessions?analysed=false", ADMIN);
    await title("40 sessions");
  });
});

describe("the other company", () => {
  it("has sessions that cannot be told from missing ones", async () => {
    const shown: (string | undefined)[] = [];
    for (const id of ["b14", "missing", "no%20id"]) {
      expect(await open(`/dashboard/sessions/${id}`, ADMIN)).toBe(404);
      await title("Session not found");
      shown.push(await page.getByRole("main").innerHTML());
      if (id !== "no%20id") await page.context().close();
    }
    expect(new Set(shown).size).toBe(1);
  });

  it("sees its own, and nothing of this one", async () => {
    expect(await open("/dashboard/sessions/b14", "bo@bolt.example")).toBe(200);
    expect(await page.getByText("Message 0 of b14").isVisible()).toBe(true);
    await visit(page, `${console_.server.url}/dashboard/sessions?search=acme`);
    await title("0 sessions");
    await visit(page, `${console_.server.url}/dashboard/sessions/b14?search=acme`);
    await title(/^Session of /);
    expect(await page.getByRole("navigation", { name: "Sessions of this list" }).count()).toBe(0);
    await visit(page, `${console_.server.url}/dashboard?questionId=aq1`);
    await title(/^0 sessions/);
    expect(await page.getByText("How does thing 1 work?").count()).toBe(0);
  });

  it("is closed to the platform's users: they are no company's", async () => {
    for (const path of ["/dashboard", "/dashboard/sessions", "/dashboard/sessions/a14"]) {
      await open(path, "sam@example.com");
      await page.waitForURL(/\/sign-in\?realm=company(&next=|$)/);
      if (path !== "/dashboard/sessions/a14") await page.context().close();
    }
  });
});

describe("how it is shown", () => {
  it.each([
    ["/dashboard", OVERVIEW],
    ["/dashboard?table=shown&search=leave&questionId=aq3", /session/],
    ["/dashboard?from=2026-11-02&to=2026-11-01", "This filter cannot be used"],
    ["/dashboard?from=2026-11-02&to=2026-11-15&bucket=week", /session/],
    ["/dashboard/sessions", "240 sessions"],
    ["/dashboard/sessions/a12?empty=true", /^Session of/],
    ["/dashboard/sessions?search=nothing%20like%20it&category=ONBOARDING", "0 sessions"],
    ["/dashboard/sessions?cursor=broken", "This page no longer exists"],
    ["/dashboard/sessions/a14", /^Session of/],
    ["/dashboard/sessions/a16", /^Session of/],
    ["/dashboard/sessions/missing", "Session not found"],
  ])("axe finds nothing on %s, in light and in dark", async (path, name) => {
    await open(path, ADMIN);
    await title(name);
    for (const summary of await page.locator("summary").all()) await summary.click();
    await expectAccessible(page);
  });

  it.each([
    "/dashboard",
    "/dashboard?from=2026-11-02&to=2026-11-15&table=shown",
    "/dashboard/sessions",
    "/dashboard/sessions/a15",
  ])("fits a phone: %s", async (path) => {
    const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    await console_.sql(`UPDATE "Message" SET "content" = $1 WHERE "sessionId" = 'a15'`, [long]);
    await console_.sql(`UPDATE "Session" SET "summary" = $1 WHERE "companyId" = 'acme' AND "analysedAt" IS NOT NULL`, [
      long,
    ]);
    await console_.sql(`UPDATE "Question" SET "content" = $1 || "id" WHERE "companyId" = 'acme'`, [long]);
    await open(path, ADMIN, { viewport: { width: 320, height: 640 } });
    await title(/./);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });

  it("says what comes next while there is nothing", async () => {
    await open("/dashboard", "ida@idle.example");
    await title("No sessions yet");
    expect(await page.getByText("Ask them when the first one is due").isVisible()).toBe(true);
    await expectAccessible(page);
    await open("/dashboard/sessions?search=zzz", ADMIN);
    await page.getByText("Your sessions are from 1 Oct – 22 Nov 2026. None of them match this filter.").waitFor();
    await link("Show all sessions").click();
    await title("240 sessions");
  });

  it("names the field when a filter makes no sense, and lets it be mended there", async () => {
    await open("/dashboard?from=2026-11-02&to=2026-11-01", ADMIN);
    await page.getByText("First day: is after the last day, 2026-11-01.").waitFor();
    await page.getByLabel("First day").fill("2026-10-02");
    await page.getByRole("button", { name: "Show" }).click();
    await title(/2 Oct – 1 Nov 2026$/);
  });

  it("keeps the page before while it counts, says that the next one is on its way, and when it cannot come", async () => {
    await open("/dashboard/sessions", ADMIN);
    const client = await console_.database.owner.connect();
    try {
      await client.query(`BEGIN; LOCK TABLE "SessionQuestion" IN ACCESS EXCLUSIVE MODE`);
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" }).click();
      await page.locator("[data-on-the-way=true]").waitFor();
      await title("240 sessions");
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
    await title(OVERVIEW);
    expect(await page.locator("[data-on-the-way=true]").count()).toBe(0);
    await visit(page, `${console_.server.url}/dashboard`);
    await title(OVERVIEW);
    expect(await shiftOf(page)).toBeLessThan(0.01);
    await console_.sql('ALTER TABLE "SessionQuestion" RENAME TO "gone"');
    try {
      await visit(page, `${console_.server.url}/dashboard`);
      await title("This page could not be loaded");
      expect(await page.content()).not.toContain("SessionQuestion");
      expect(await page.getByRole("navigation", { name: "Main" }).isVisible()).toBe(true);
    } finally {
      await console_.sql('ALTER TABLE "gone" RENAME TO "SessionQuestion"');
    }
    await page.getByRole("button", { name: "Try again" }).click();
    await title(OVERVIEW);
  });
});

/** How much what was shown has moved by itself since the page began: Chromium's own measure, 0 for not at all. */
function shiftOf(shown: Page): Promise<number> {
  return shown.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += "value" in entry ? Number(entry.value) : 0;
        }).observe({ type: "layout-shift", buffered: true });
        // What has moved by now is told in a task of its own, and nothing is told when nothing has.
        setTimeout(() => resolve(sum), 100);
      }),
  );
}
