import { describe, expect, it } from "vitest";
import { ADMIN, complaints, entries, link, open, page, search, testDashboard, title } from "./support.ts";

testDashboard();

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
