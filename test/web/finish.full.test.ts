import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf } from "../support/browser.ts";
import { expectAccessible } from "./axe.ts";
import { type FilledConsole, startFilledConsole } from "./filled.ts";
import { openAs, openBrowser } from "./person.ts";
import { visit } from "./visit.ts";

const FASTEST_OF = 3;

let console_: FilledConsole;
let browser: Browser;
let page: Page;
let complaints: string[];
let people = 0;

beforeAll(async () => {
  console_ = await startFilledConsole();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await console_?.close();
});

afterEach(async () => {
  await page.context().close();
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<number | undefined> {
  people++;
  const user = { realm: "platform", email: `ada${people}@example.com`, name: "Ada", role: "SUPER_ADMIN" } as const;
  page = await openAs(browser, console_, user, options);
  complaints = complaintsOf(page);
  return (await visit(page, console_.server.url + path))?.status();
}

describe("the clock of an operator", () => {
  it("is UTC until the browser has said its zone, then theirs, and never changes on a page that is shown", async () => {
    await open(`/platform/batches/${console_.ids.batch}`, { timezoneId: "Asia/Tokyo" });
    const time = page.locator("ol time").first();
    const exact = (await time.getAttribute("title")) ?? "";
    const inUtc = exact.slice(11, 19);
    await page.waitForFunction(() => document.cookie.includes("livedash_zone"));
    expect(await time.textContent()).toContain(inUtc);
    await page.reload({ waitUntil: "commit" });
    await time.waitFor();
    const seen = await time.textContent();
    const inTokyo = new Date(Date.parse(exact.replace(" UTC", "Z").replace(" ", "T")) + 9 * 3_600_000);
    expect(seen).toContain(inTokyo.toISOString().slice(11, 19));
    await page.waitForLoadState("load");
    expect(await time.textContent()).toBe(seen);
    expect(complaints).toEqual([]);
  });

  it("is the one that filters mean, and their address says so to whoever opens it", async () => {
    await open("/platform", { timezoneId: "Asia/Tokyo" });
    await page.waitForFunction(() => document.cookie.includes("livedash_zone"));
    await visit(page, `${console_.server.url}/platform/requests?status=processing_complete`);
    await page.getByLabel("Requested since (Asia/Tokyo)").fill("2026-01-01T08:30");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/newerThan/);
    const { searchParams } = new URL(page.url());
    expect([...searchParams.keys()].sort()).toEqual(["newerThan", "status", "zone"]);
    const address = page.url();
    await page.context().close();
    await open("/platform", { timezoneId: "UTC" });
    await visit(page, address);
    expect(await page.getByLabel("Requested since (UTC)").inputValue()).toBe("2025-12-31T23:30");
  });
});

describe("addresses", () => {
  it("have no empty parameters, with script and without", async () => {
    await open("/platform/batches");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByLabel("Order").selectOption("oldest");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/order/);
    expect(new URL(page.url()).search).toBe("?order=oldest");
    const state = await page.context().storageState();
    await page.context().close();
    const context = await browser.newContext({ javaScriptEnabled: false, storageState: state });
    page = await context.newPage();
    await page.goto(`${console_.server.url}/platform/batches`);
    await page.getByLabel("Order").selectOption("oldest");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL(/order/);
    expect(new URL(page.url()).search).toBe("?order=oldest");
  });

  it.each(["batches", "requests", "bulk", "imports", "companies"])(
    "of a missing one among %s answer 404",
    async (kind) => {
      expect(await open(`/platform/${kind}/none_such`)).toBe(404);
      await page.getByRole("heading", { name: "Page not found" }).waitFor();
    },
  );
});

describe("what is shown once", () => {
  it("can be copied and downloaded, and is not closed by mistake", async () => {
    await open("/platform/keys", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("nightly");
    await dialog.getByRole("button", { name: "Create key" }).click();
    const secret = (await dialog.locator("[data-secret]").textContent()) ?? "";
    await dialog.getByRole("button", { name: "Copy" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("livedash-the-key.txt");
    await page.keyboard.press("Escape");
    await dialog.getByText("It will not be shown again. Have you saved it?").waitFor();
    await expectAccessible(page);
    expect(await dialog.locator("[data-secret]").isVisible()).toBe(true);
    await dialog.getByRole("button", { name: "Close anyway" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("All permissions of the role super admin").waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("dialogs", () => {
  it("open without a connection, once the page has rested", async () => {
    await open("/platform/keys");
    await page.getByRole("button", { name: "New key" }).and(page.locator(":enabled")).waitFor();
    // What the page asked for when it rested stands before this, and has come once each script has its time.
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    await page.waitForFunction(() => {
      const come = new Set(performance.getEntriesByType("resource").map(({ name }) => name));
      return [...document.scripts].every(({ src, noModule }) => src === "" || noModule || come.has(src));
    });
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("dialog").getByLabel("Name").waitFor();
  });

  it("say that LiveDash was updated where the server no longer has their version", async () => {
    await open("/platform");
    let isUpdated = false;
    await page.route("**/_next/static/**/*.js", (route) =>
      isUpdated ? route.fulfill({ status: 404 }) : route.continue(),
    );
    // A browser that never rests has fetched nothing ahead.
    await page.addInitScript(() => Reflect.deleteProperty(window, "requestIdleCallback"));
    await page.goto(`${console_.server.url}/platform/keys`);
    await page.getByRole("button", { name: "New key" }).and(page.locator(":enabled")).waitFor();
    await page.waitForLoadState("networkidle");
    isUpdated = true;
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByText("LiveDash has been updated. Reload the page.").waitFor();
    isUpdated = false;
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("LiveDash has been updated. Reload the page.").waitFor({ state: "detached" });
  });
});

describe("ids", () => {
  it("are shown letter by letter, and can be copied", async () => {
    await open(`/platform/requests/${console_.ids.request}`, { permissions: ["clipboard-read", "clipboard-write"] });
    const id = page.getByRole("heading", { level: 1 }).locator(".id");
    expect(await id.evaluate((shown) => getComputedStyle(shown).fontFeatureSettings)).toContain('"calt" 0');
    await page
      .getByRole("button", { name: `Copy ${console_.ids.request}` })
      .first()
      .click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(console_.ids.request);
    expect(complaints).toEqual([]);
  });
});

describe("a change of pages", () => {
  it("is measured and printed, and goes from page to page with nothing in between", async () => {
    await open("/platform");
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    const places = ["Batches", "Requests", "Errors", "Imports", "Companies", "Models", "Audit", "Overview"];
    await measureChanges("an operator", places);
    expect(complaints).toEqual([]);
  });

  it("is as quick for a company's user, among all their sessions", async () => {
    const companyId = console_.ids.company;
    const user = { realm: "company", email: "carla@example.com", name: "Carla", role: "ADMIN", companyId } as const;
    page = await openAs(browser, console_, user);
    complaints = complaintsOf(page);
    await visit(page, `${console_.server.url}/dashboard`);
    await measureChanges("a company's user", ["Sessions", "Users", "Overview"]);
    expect(complaints).toEqual([]);
  });
});

/** Goes from place to place, and prints how long the fastest of some changes took: a few of them share the machine with others. */
async function measureChanges(whose: string, places: readonly string[]): Promise<void> {
  const took: Record<string, number> = {};
  for (let round = 0; round < FASTEST_OF; round++) {
    for (const name of places) {
      const { ms, headings } = await page.evaluate(changeTo, name);
      took[name] = Math.min(took[name] ?? Number.POSITIVE_INFINITY, Math.round(ms));
      // A skeleton, once shown, is held for 300 ms whatever the server does.
      expect(headings, `On the way to ${name} the page was empty`).not.toContain(0);
    }
  }
  console.log(`Page changes of ${whose}, fastest of ${FASTEST_OF}, in ms: ${JSON.stringify(took)}`);
}

/** From the press on a main place to the first heading of its page, in milliseconds, and how many headings there were meanwhile. */
function changeTo(name: string): Promise<{ ms: number; headings: number[] }> {
  const link = [...document.querySelectorAll<HTMLElement>("nav[aria-label=Main] a")].find(
    (a) => a.textContent === name,
  );
  if (!link) throw new Error(`There is no place ${name}`);
  const before = document.querySelector("h1");
  const headings: number[] = [];
  const start = performance.now();
  return new Promise((resolve) => {
    const watcher = new MutationObserver(() => {
      const now = document.querySelector("h1");
      headings.push(document.querySelectorAll("h1").length);
      if (now === null || now === before) return;
      watcher.disconnect();
      requestAnimationFrame(() => resolve({ ms: performance.now() - start, headings }));
    });
    watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    link.click();
  });
}
