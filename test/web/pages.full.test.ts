import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NewUser } from "../../lib/signIn/createUser.ts";
import { complaintsOf } from "../support/browser.ts";
import { expectAccessible } from "./axe.ts";
import { type FilledConsole, startFilledConsole } from "./filled.ts";
import { openAs, openBrowser } from "./person.ts";
import { visit } from "./visit.ts";

// Every page of the console, found in app/: a new one is looked at without being named here.
const APP = join(import.meta.dirname, "../../app");
const ROUTES = (await readdir(APP, { recursive: true }))
  .filter((file) => basename(file) === "page.tsx")
  .map((file) => `/${file.replace(/\/?page\.tsx$/, "").replaceAll(/\([^)]+\)\/?/g, "")}`.replace(/(.)\/$/, "$1"))
  // The entrance and the setting-up lead on, and are gone through in signIn.full.test.ts.
  .filter((route) => route !== "/" && route !== "/account/set-up")
  .sort();
const MOST_SCRIPT_BYTES = 200_000;
const WIDE = { width: 1280, height: 900 };
const WIDER = { width: 1920, height: 1080 };
const PHONE = { width: 320, height: 640 };

let console_: FilledConsole;
let browser: Browser;
/** By the first part of the address: the cookies of who looks there. */
const visitors: Record<string, StorageState | undefined> = {};

beforeAll(async () => {
  console_ = await startFilledConsole();
  browser = await openBrowser();
  const [platform, company]: NewUser[] = [
    { realm: "platform", email: "ada@example.com", name: "Ada Admin", role: "SUPER_ADMIN" },
    { realm: "company", email: "carla@example.com", name: "Carla", role: "ADMIN", companyId: console_.ids.company },
  ];
  if (platform) visitors.platform = await cookiesOf(platform);
  if (company) visitors.dashboard = await cookiesOf(company);
  visitors.account = visitors.platform;
});

afterAll(async () => {
  await browser?.close();
  await console_?.close();
});

type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

async function cookiesOf(user: NewUser): Promise<StorageState> {
  const context = (await openAs(browser, console_, user)).context();
  const cookies = await context.storageState();
  await context.close();
  return cookies;
}

/** `/platform/batches/[id]` as the address of a batch that is there. */
function addressOf(route: string): string {
  const { ids } = console_;
  const idOf: Record<string, string> = {
    batches: ids.batch,
    requests: ids.request,
    bulk: ids.bulk,
    jobs: ids.job,
    companies: ids.company,
    imports: ids.import,
    sessions: ids.session,
  };
  return console_.server.url + route.replace(/([^/]+)\/\[id\]/, (_, of) => `${of}/${idOf[of]}`);
}

/** A page in a browser of its own, in which nothing is cached. */
async function pageFor(route: string): Promise<Page> {
  const storageState = visitors[route.split("/")[1] ?? ""];
  expect(storageState !== undefined || route.startsWith("/sign-in"), `Who looks at ${route}?`).toBe(true);
  const context = await browser.newContext({ viewport: WIDE, ...(storageState ? { storageState } : {}) });
  return context.newPage();
}

/** What `app/_kit/later.ts` fetches while a page rests (dialogs, for when there is no connection) is no part of the first load. */
function fetchNothingAtRest(): void {
  const whenIdle = window.requestIdleCallback.bind(window);
  window.requestIdleCallback = (callback, options) =>
    /\bload\(/.test(String(callback)) ? 0 : whenIdle(callback, options);
}

/** Opens a page and waits until nothing more comes. Answers the bytes of script that came over the network. */
async function load(page: Page, address: string): Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script") sizes.push(request.sizes().then((size) => size.responseBodySize));
  });
  await page.addInitScript(fetchNothingAtRest);
  const response = await visit(page, address);
  expect(response?.status(), address).toBe(200);
  await page.waitForLoadState("load");
  await page.getByRole("heading", { level: 1 }).waitFor();
  // The library that draws the charts comes after the page.
  await page.waitForFunction(() => document.querySelectorAll("[data-chart]:not(:has(canvas))").length === 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

it.each(ROUTES)(
  "%s can be used by everybody, light and dark, wide and on a phone, and is light to load",
  async (route) => {
    const page = await pageFor(route);
    const complaints = complaintsOf(page);
    const bytes = await load(page, addressOf(route));
    await expectAccessible(page);
    expect(await widthOf(page), `${route} is wider than its window`).toBe(WIDE.width);
    await page.setViewportSize(WIDER);
    expect(await widthOf(page), `${route} is wider than a large window`).toBe(WIDER.width);
    // A phone shows the same colours in another order.
    await page.setViewportSize(PHONE);
    await expectAccessible(page, ["light"]);
    expect(await widthOf(page), `${route} is wider than a phone`).toBe(PHONE.width);
    expect(await page.title()).toMatch(/^.+ · LiveDash$/);
    expect(complaints).toEqual([]);
    await page.context().close();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
  },
);

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}
