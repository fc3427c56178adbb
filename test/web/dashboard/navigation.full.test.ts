import { describe, expect, it } from "vitest";
import { PASSWORD } from "../../support/people.ts";
import { ADMIN, complaints, entries, link, OVERVIEW, open, page, search, testDashboard, title } from "./support.ts";

testDashboard();

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
});
