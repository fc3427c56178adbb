import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf } from "../support/browser.ts";
import { expectAccessible } from "./axe.ts";
import { openAs, openBrowser } from "./person.ts";
import {
  applyAnswers,
  insertBatch,
  insertSessions,
  removeCompanies,
  startTestConsole,
  type TestConsole,
} from "./support.ts";
import { pressInTurn, visit } from "./visit.ts";

let console_: TestConsole;
let browser: Browser;
let page: Page;
let complaints: string[];
let people = 0;

beforeAll(async () => {
  console_ = await startTestConsole();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await console_?.close();
});

afterEach(async () => {
  await page.context().close();
  await removeCompanies(console_);
});

async function open(path = "/platform", options: BrowserContextOptions = {}): Promise<void> {
  people++;
  const user = { realm: "platform", email: `admin${people}@example.com`, name: "Ada", role: "ADMIN" } as const;
  page = await openAs(browser, console_, user, { timezoneId: "America/New_York", ...options });
  complaints = complaintsOf(page);
  await visit(page, console_.server.url + path);
  // Until then it may be the outline of a page that is still being sent.
  await page.locator("h1").first().waitFor();
}

const stage = (name: string) => page.getByRole("listitem").filter({ hasText: name }).first();
/** Figures come in parts, one after the other. */
const expectStage = (name: string, says: string | RegExp) => expect.poll(() => stage(name).textContent()).toMatch(says);
const isLive = () => page.getByRole("status").getByText("Live", { exact: true }).waitFor();

/** The height of the list of batches, in pixels: with the page at its top, and at each place down to its end. */
async function heightsOnTheWayDown(): Promise<number[]> {
  const list = document.querySelector<HTMLElement>("section[aria-labelledby=batches] ol");
  if (!list) throw new Error("The page has no list of batches in flight");
  const heights: number[] = [];
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
    scrollTo(0, top);
    // What comes into sight is laid out with the next frame, and measured for the one after.
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    heights.push(list.offsetHeight);
  }
  return heights;
}

describe("the overview", () => {
  it("shows where the requests stand, and follows them without a reload", async () => {
    await insertSessions(console_, 1500);
    await open();
    await isLive();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    expect(await page.getByText("0 of 1,500 requests analysed", { exact: true }).isVisible()).toBe(true);
    await expectStage("Pending", "1,500");

    await insertBatch(console_, "b1", "IN_PROGRESS", 1000);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = 'b1'
        WHERE substr("id", 2)::int <= 1000`,
    );
    await stage("In batch").getByText("1,000").waitFor();
    await expectStage("In batch", "1 batch in flight");
    await page.getByText("0 of 1,000 answered at the provider").waitFor();
    await page.getByText("no past batches to compare with yet").waitFor();

    await applyAnswers(console_, 1, 997);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED' WHERE substr("id", 2)::int
        BETWEEN 998 AND 1000`,
    );
    await console_.sql(
      `UPDATE "AIBatchRequest" SET "status" = 'PROCESSED', "appliedCount" = 997, "failedCount" = 3,
              "processedAt" = "createdAt" + interval '252 seconds'`,
    );
    await page.getByText("997 of 1,500 requests analysed").first().waitFor();
    await expectStage("Complete", "66% of all");
    await expectStage("Complete", "997 in the last hour");
    await expectStage("Failed", /3.*0\.2% of all/);
    await page.getByText("No batches in flight.").waitFor();
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("shows the oldest batches in flight, and all of them when asked", async () => {
    await insertSessions(console_, 1);
    for (let made = 1; made <= 25; made++) await insertBatch(console_, `b${made}`, "IN_PROGRESS", made);
    await open();
    const scripts = Promise.withResolvers<void>();
    await page.route("**/_next/static/**/*.js", async (route) => {
      await scripts.promise;
      await route.continue();
    });
    await page.reload({ waitUntil: "commit" });
    const bars = page.getByText("answered at the provider");
    await page.getByText("These are the 20 oldest.").waitFor();
    expect(await bars.count()).toBe(20);
    const showAll = page.getByRole("button", { name: "Show all 25" });
    expect(await showAll.isDisabled(), "A press before the page's script has come would be lost").toBe(true);
    scripts.resolve();
    await isLive();
    await showAll.click();
    await expect.poll(() => bars.count()).toBe(25);
    expect(complaints).toEqual([]);
  });

  it.each([1280, 390])("keeps what is pressed in its place while batches come into sight, %i wide", async (width) => {
    await insertSessions(console_, 1);
    for (let made = 1; made <= 60; made++) await insertBatch(console_, `b${made}`, "IN_PROGRESS", made);
    await open("/platform", { viewport: { width, height: 900 } });
    await isLive();
    const first = await page.evaluate(heightsOnTheWayDown);
    expect(first, "A press begins on the button and ends beside it").toEqual(first.map(() => first[0]));
    await page.getByRole("button", { name: "Show all 60" }).click();
    await page.getByRole("button", { name: "Show 20" }).waitFor();
    const all = await page.evaluate(heightsOnTheWayDown);
    expect(all[0]).toBeGreaterThan(first[0] ?? 0);
    expect(all).toEqual(all.map(() => all[0]));
  });

  it("pauses and resumes a scheduler, with its reason in the audit", async () => {
    await insertSessions(console_, 1);
    await open();
    const reaper = page.getByRole("listitem").filter({ hasText: "Reaper" });
    await reaper.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The provider rests");
    await page.getByRole("button", { name: "Pause scheduler" }).click();
    await reaper.getByText("Paused", { exact: true }).waitFor();
    await reaper.getByText(/paused by admin\d+@example.com since .*: The provider rests/).waitFor();
    await reaper.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("It is awake again");
    await page.getByRole("button", { name: "Resume scheduler" }).click();
    await reaper.getByRole("button", { name: "Pause" }).waitFor();
    await visit(page, `${console_.server.url}/platform/audit?action=schedulers.`);
    await page
      .getByText(/The provider rests/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it("says what to do when there is nothing yet, and fills when there is", async () => {
    await open();
    await isLive();
    expect(await page.getByRole("heading", { name: "No sessions yet" }).isVisible()).toBe(true);
    expect(await page.getByText("bin/livedash import FILE").isVisible()).toBe(true);
    await insertSessions(console_, 3);
    await applyAnswers(console_, 1, 3);
    await page.getByText("All 3 requests are done", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it.each(["batches", "requests", "errors", "imports"])(
    "has a first step that works on the page of %s",
    async (name) => {
      // What failed is counted beyond its requests, in the tests before too.
      await console_.sql('TRUNCATE "FailureTally"');
      await open(`/platform/${name}`);
      await page.getByRole("main").getByRole("link", { name: "Create a company" }).click();
      await page.getByRole("button", { name: "New company" }).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  it("says what waits and until when, and tries it at once", async () => {
    await insertSessions(console_, 3);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "errorCode" = 'answer_empty', "notBefore" = now() + interval '1 hour'
        WHERE "id" IN ('r1', 'r2')`,
    );
    await open();
    await isLive();
    const list = page.getByRole("list", { name: "Waiting requests" });
    const backingOff = list.getByRole("listitem").filter({ hasText: "answer empty" });
    expect(await backingOff.textContent()).toMatch(
      /^2 wait until \d\d \w+, \d\d:\d\d: answer empty: The answer has no content/,
    );
    await list.getByText("1 waits").waitFor();
    await expectAccessible(page);
    await backingOff.getByRole("button", { name: "Try now" }).click();
    await page.getByText("2 tried now.").waitFor();
    await list.getByText("3 wait").waitFor();
    expect(await backingOff.count()).toBe(0);
    await visit(page, `${console_.server.url}/platform/requests/r1`);
    await page.getByText("It will be retried in one of the next batches.").waitFor();
    await console_.sql(`UPDATE "AIProcessingRequest" SET "notBefore" = now() + interval '1 hour' WHERE "id" = 'r1'`);
    await visit(page, `${console_.server.url}/platform/requests/r1`);
    await page.getByText(/It will be retried after \d\d \w+, \d\d:\d\d/).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it("leads with failures, and to them", async () => {
    await insertSessions(console_, 3);
    await applyAnswers(console_, 1, 2);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = 'answer_refused',
              "errorMessage" = 'No', "completedAt" = now() WHERE "id" = 'r3'`,
    );
    await open();
    await page.getByRole("link", { name: "1 request failed" }).click();
    await page.getByRole("heading", { name: "Answer refused" }).waitFor();
    await page.getByText("For example").waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it("says that the emulator answers, on a page that a phone can show", async () => {
    await insertSessions(console_, 5);
    const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    await console_.sql(`UPDATE "Company" SET "name" = $1 WHERE "id" = 'c1'`, [long]);
    await insertBatch(console_, "b1", "UPLOADING", 5);
    await applyAnswers(console_, 1, 5);
    await open("/platform", { viewport: { width: 320, height: 640 } });
    expect(await page.getByText("no data leaves this machine").isVisible()).toBe(true);
    expect(await page.getByText("Environment: Emulator").isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await expectAccessible(page);
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

  it("is left by keys: g and a letter, and ? for the list of them", async () => {
    await open();
    await isLive();
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await pressInTurn(page, "g", "b");
    await page.getByRole("heading", { name: "Batches" }).waitFor();
  });
});

describe("the page of a batch", () => {
  it("shows how far the provider is, and follows without a reload", async () => {
    await insertSessions(console_, 4);
    await insertBatch(console_, "b1", "IN_PROGRESS", 4);
    await console_.sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = 'b1'`,
    );
    await open("/platform/batches/b1");
    await isLive();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await page.getByText("0 of 4 succeeded").waitFor();
    await console_.sql(`UPDATE "AIBatchRequest" SET "providerCounts" = '{"total":4,"completed":2,"failed":1}'`);
    await page.getByText("The provider says: 2 of 4 lines answered, 1 failed").waitFor();
    await console_.sql(
      `UPDATE "AIBatchRequest" SET "status" = 'FAILED', "completedAt" = now(), "processedAt" = now(), "errorCode" = 'expired'`,
    );
    await page.getByRole("main").getByText("Failed", { exact: true }).first().waitFor();
    await expectAccessible(page);
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
    expect(complaints).toEqual([]);
  });
});

describe("when something is not there", () => {
  it("leads back from an address without a page", async () => {
    page = await browser.newPage();
    const response = await visit(page, `${console_.server.url}/nowhere`);
    expect(response?.status()).toBe(404);
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await page.getByRole("link", { name: "Go to the overview" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("says that the data does not answer, without its error, and comes back when asked", async () => {
    await console_.sql('ALTER TABLE "SpendHour" RENAME TO "gone"');
    try {
      await open();
      await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
      expect(await page.content()).not.toContain("SpendHour");
    } finally {
      await console_.sql('ALTER TABLE "gone" RENAME TO "SpendHour"');
    }
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("keeps the last figures while the database is silent, says so, and catches up", async () => {
    await insertSessions(console_, 3);
    await open();
    await isLive();
    await console_.sql('ALTER TABLE "StatusCounter" RENAME TO "gone"');
    try {
      await page.getByRole("status").getByText("Database not responding").waitFor();
      await expectStage("Pending", "3");
    } finally {
      await console_.sql('ALTER TABLE "gone" RENAME TO "StatusCounter"');
    }
    await isLive();
  });
});
