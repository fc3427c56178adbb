import { buffer } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { runJobs } from "../../support/jobs.ts";
import { expectAccessible } from "../axe.ts";
import { ADMIN, complaints, console_, link, open, page, testDashboard, title } from "./support.ts";

testDashboard();

describe("an export", () => {
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

  it("in the background is asked for, followed, fetched and aborted on the pages", async () => {
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
