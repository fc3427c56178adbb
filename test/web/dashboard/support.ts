import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { fillCompanies } from "../../company/support.ts";
import { complaintsOf } from "../../support/browser.ts";
import { addUser, signInForBrowser } from "../../support/people.ts";
import { openBrowser } from "../person.ts";
import { startTestConsole, type TestConsole } from "../support.ts";
import { visit } from "../visit.ts";

export const ADMIN = "anne@acme.example";
export const OVERVIEW = "240 sessions, 25 Aug – 22 Nov 2026";
export let console_: TestConsole;
/** The page that was opened last, and what its browser has complained of. */
export let page: Page;
export let complaints: string[];
let browser: Browser;

/** One session a person: sign-ins are counted, and so many in a minute would be refused. */
let signedIn: Map<string, { name: string; value: string; url: string }[]>;

/** A console of this file's own, with three companies and people who sign in to their dashboards. */
export function testDashboard(): void {
  beforeAll(async () => {
    signedIn = new Map();
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
}

function cookiesOf(email: string) {
  const realm = email.includes("@example.com") ? "platform" : "company";
  return signInForBrowser(console_.server.url, realm, email);
}

/** A page of a browser in which this person, or nobody, has signed in. */
export async function open(
  path: string,
  email?: string,
  options: BrowserContextOptions = {},
): Promise<number | undefined> {
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

export const title = (name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
export const entries = () => page.getByRole("main").locator("ol > li");
export const link = (name: string | RegExp) => page.getByRole("link", { name }).first();
export const search = () => new URL(page.url()).searchParams;
