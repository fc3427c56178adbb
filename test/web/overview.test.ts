import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf, launchBrowser } from "../support/browser.ts";
import { applyAnswers, insertBatch, insertSessions, startTestConsole, type TestConsole } from "./support.ts";

let console_: TestConsole;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  console_ = await startTestConsole();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await console_?.close();
});

afterEach(async () => {
  await page.close();
  await console_.sql('TRUNCATE "Company" CASCADE');
});

async function open(path = "/", options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.newPage({ timezoneId: "America/New_York", ...options });
  complaints = complaintsOf(page);
  await page.goto(console_.server.url + path);
}

const stage = (name: string) => page.getByRole("listitem").filter({ hasText: name }).first();
const isLive = () => page.getByRole("status").getByText("Live", { exact: true }).waitFor();

describe("the overview", () => {
  it("shows where the requests stand, and follows them without a reload", async () => {
    await insertSessions(console_, 1500);
    await open();
    await isLive();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    expect(await page.getByText("0 of 1,500 requests analysed").isVisible()).toBe(true);
    expect(await stage("Pending").textContent()).toContain("1,500");

    await insertBatch(console_, "b1", "IN_PROGRESS", 1000);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = 'b1'
        WHERE substr("id", 2)::int <= 1000`,
    );
    await stage("In batch").getByText("1,000").waitFor();
    expect(await stage("In batch").textContent()).toContain("1 batch under way");
    await page.getByText("0 of 1,000 applied").waitFor();
    expect(await page.getByText("In progress", { exact: true }).isVisible()).toBe(true);

    await applyAnswers(console_, 1, 997);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED' WHERE substr("id", 2)::int
        BETWEEN 998 AND 1000`,
    );
    await console_.sql(
      `UPDATE "AIBatchRequest" SET "status" = 'PROCESSED', "appliedCount" = 997, "failedCount" = 3,
              "processedAt" = "createdAt" + interval '252 seconds'`,
    );
    await page.getByText("997 of 1,500 requests analysed").waitFor();
    expect(await stage("Complete").textContent()).toContain("66% of all");
    expect(await stage("Failed").textContent()).toMatch(/3.*0\.2% of all/);
    await page.getByText("997 of 1,000 applied, 3 failed").waitFor();
    expect(await page.getByText("took 4 minutes 12 seconds").isVisible()).toBe(true);
    // Partly applied is not shown as if all were well.
    expect(await page.getByTitle("All results fetched, not all of them could be applied").isVisible()).toBe(true);
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("shows analysed sessions in words, in the viewer's time, and holds newer ones until asked", async () => {
    await insertSessions(console_, 40);
    await applyAnswers(console_, 1, 2);
    await open();
    await isLive();
    const first = page.getByRole("listitem").filter({ hasText: "Summary of s2" });
    expect(await first.textContent()).toMatch(
      /Bäckerei Österreicher.*German.*Negative.*Salary.*Escalated.*Sent on to HR/,
    );
    const time = first.locator("time");
    expect(await time.textContent()).toBe("23 Nov, 05:02");
    expect(await time.getAttribute("title")).toBe("2026-11-23 10:02:00 UTC");

    await applyAnswers(console_, 3, 5);
    const button = page.getByRole("button", { name: "Show 3 newer sessions" });
    await button.waitFor();
    expect(await page.getByText("Summary of s5").count()).toBe(0);
    await button.click();
    await page.getByText("Summary of s5").waitFor();
    expect(await button.count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("says what to do when there is nothing yet, and fills when there is", async () => {
    await open();
    await isLive();
    expect(await page.getByRole("heading", { name: "No sessions yet" }).isVisible()).toBe(true);
    expect(await page.getByText("bin/livedash import FILE").isVisible()).toBe(true);
    await insertSessions(console_, 3);
    await applyAnswers(console_, 1, 3);
    await page.getByText("Summary of s3").waitFor();
    expect(await page.getByText("All 3 requests are through").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("says that the emulator answers, on a page that a phone can show", async () => {
    await insertSessions(console_, 5);
    const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    await console_.sql(`UPDATE "Company" SET "name" = $1 WHERE "id" = 'c1'`, [long]);
    await insertBatch(console_, "b1", "UPLOADING", 5);
    await applyAnswers(console_, 1, 5);
    await open("/", { viewport: { width: 320, height: 640 } });
    expect(await page.getByText("Nothing is sent anywhere").isVisible()).toBe(true);
    expect(await page.getByText("Environment: Emulator").isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(complaints).toEqual([]);
  });

  it("can be entered by keyboard past the header", async () => {
    await open();
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to the content" });
    expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  });

  it("needs less than 200 kB of script", async () => {
    const sizes: Promise<number>[] = [];
    page = await browser.newPage();
    page.on("requestfinished", (request) => {
      if (request.resourceType() === "script") sizes.push(request.sizes().then((size) => size.responseBodySize));
    });
    await page.goto(console_.server.url, { waitUntil: "networkidle" });
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(200_000);
  });
});

describe("when something is not there", () => {
  it("leads back from an address without a page", async () => {
    page = await browser.newPage();
    const response = await page.goto(`${console_.server.url}/nowhere`);
    expect(response?.status()).toBe(404);
    await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
    await page.getByRole("link", { name: "Go to the overview" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("says that the data does not answer, without its error, and comes back when asked", async () => {
    await console_.sql('ALTER TABLE "AIBatchRequest" RENAME TO "gone"');
    try {
      page = await browser.newPage();
      const response = await page.goto(console_.server.url);
      expect(response?.status()).toBe(500);
      await page.getByRole("heading", { name: "This page could not be read" }).waitFor();
      expect(await page.content()).not.toContain("AIBatchRequest");
    } finally {
      await console_.sql('ALTER TABLE "gone" RENAME TO "AIBatchRequest"');
    }
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("keeps the last figures while the database is silent, says so, and catches up", async () => {
    await insertSessions(console_, 3);
    await open();
    await isLive();
    await console_.sql('ALTER TABLE "AIBatchRequest" RENAME TO "gone"');
    try {
      await page.getByRole("status").getByText("Database silent").waitFor();
      expect(await stage("Pending").textContent()).toContain("3");
    } finally {
      await console_.sql('ALTER TABLE "gone" RENAME TO "AIBatchRequest"');
    }
    await isLive();
  });
});
