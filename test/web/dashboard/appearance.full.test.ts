import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { ADMIN, console_, link, OVERVIEW, open, page, testDashboard, title } from "./support.ts";

testDashboard();

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
