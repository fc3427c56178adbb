import { buffer } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { change as changeOf } from "../../../app/_words/numbers.ts";
import { ADMIN, complaints, entries, link, OVERVIEW, open, page, search, testDashboard, title } from "./support.ts";

testDashboard();

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
