import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlatformRole } from "../../lib/db/enums.ts";
import { openInstallation } from "../../lib/installation/installation.ts";
import { complaintsOf } from "../support/browser.ts";
import { expectAccessible } from "./axe.ts";
import { openAs, openBrowser } from "./person.ts";
import { insertSessions, startTestConsole, type TestConsole } from "./support.ts";
import { pressInTurn, visit } from "./visit.ts";

let console_: TestConsole;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  console_ = await startTestConsole();
  await insertSessions(console_, 3);
  browser = await openBrowser();
  page = await openPage("SUPER_ADMIN");
  complaints = complaintsOf(page);
});

afterAll(async () => {
  await browser?.close();
  await console_?.close();
});

function openPage(role: PlatformRole): Promise<Page> {
  return openAs(browser, console_, { realm: "platform", email: `${role}@example.com`, name: "Kim Keys", role });
}

async function goTo(path: string): Promise<void> {
  await visit(page, console_.server.url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** What has the focus, as a screen reader would name it. */
async function focused(): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
  });
}

/** A dialog that has closed gives the focus back a frame later. */
async function expectFocus(name: string): Promise<void> {
  await expect.poll(focused).toBe(name);
}

async function tabTo(name: string | RegExp, most = 40): Promise<void> {
  for (let press = 0; press < most; press++) {
    await page.keyboard.press("Tab");
    const text = await focused();
    if (typeof name === "string" ? text === name : name.test(text)) return;
  }
  expect.fail(`${name} was not reached in ${most} presses of Tab`);
}

describe("the keyboard", () => {
  it("reaches the content past the header first of all", async () => {
    await goTo("/platform/requests");
    await page.keyboard.press("Tab");
    await expectFocus("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  });

  it("shows where it is, on every stop of a page", async () => {
    await goTo("/platform/requests");
    const seen = new Set<string>();
    for (let press = 0; press < 60; press++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const style = getComputedStyle(element);
        const isShown = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
        return { name: element.outerHTML.slice(0, 120), isShown };
      });
      if (!stop) break;
      expect(stop.isShown, stop.name).toBe(true);
      seen.add(stop.name);
    }
    expect(seen.size).toBeGreaterThan(15);
  });

  it("goes from place to place, and finds an id", async () => {
    await goTo("/platform");
    await tabTo("Companies");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/platform\/companies$/);
    await page.getByRole("heading", { level: 1, name: "Companies" }).waitFor();
    expect(await page.getByRole("link", { name: "Companies", exact: true }).getAttribute("aria-current")).toBe("page");

    await goTo("/platform/requests?status=pending_batching");
    await page.keyboard.press("/");
    await page.keyboard.type("r1");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/platform\/requests\/r1$/);
    await page.getByRole("heading", { name: "History" }).waitFor();

    // What may be several things, or none, is for a person to tell.
    await goTo("/platform/find");
    await page.getByRole("searchbox").fill("r");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/platform\/find\?id=r$/);
    await page.getByRole("link", { name: "r3", exact: true }).waitFor();
    await page.getByRole("searchbox").fill("of nothing");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing found").waitFor();
  });

  it("goes to a place by g and its letter, and by no letter alone", async () => {
    await goTo("/platform");
    await page.keyboard.press("b");
    await pressInTurn(page, "g", "i");
    await page.getByRole("heading", { level: 1, name: "Imports" }).waitFor();
    await pressInTurn(page, "g", "a");
    await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  });

  it("is listened to by everything on a page before that says that it is ready, however slow the machine", async () => {
    const watched = await page.context().newPage();
    await watched.addInitScript(() => {
      const seen: string[] = [];
      const listen = window.addEventListener;
      window.addEventListener = (type: string, ...rest: [EventListenerOrEventListenerObject]) => {
        seen.push(type);
        listen.call(window, type, ...rest);
      };
      const options = { attributeFilter: ["data-ready"], subtree: true };
      new MutationObserver(() => seen.push("ready")).observe(document, options);
      Object.assign(window, { seen });
    });
    const devtools = await watched.context().newCDPSession(watched);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 8 });
    await visit(watched, `${console_.server.url}/platform/requests`);
    const seen = await watched.evaluate(() => (window as { seen?: string[] }).seen ?? []);
    expect(seen).toContain("ready");
    const before = seen.slice(0, seen.indexOf("ready"));
    expect(before).toEqual(expect.arrayContaining(["keydown", "livedash:ask-who-it-is", "livedash:announce"]));
    await watched.keyboard.press("/");
    expect(await watched.evaluate(() => document.activeElement?.matches("[data-shortcut=search]"))).toBe(true);
    await watched.close();
  });

  it("opens the list of shortcuts, keeps the focus in it, and gives it back", async () => {
    await goTo("/platform/requests");
    await tabTo("Keyboard shortcuts", 80);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.getByText("Batches").waitFor();
    await expectAccessible(page);
    for (let press = 0; press < 5; press++) {
      await page.keyboard.press("Tab");
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expectFocus("Keyboard shortcuts");
  });

  it("is left alone by who has turned the shortcuts off, on this page and the next", async () => {
    await goTo("/platform");
    await page.keyboard.press("?");
    await page.getByRole("checkbox", { name: "Enable these shortcuts" }).uncheck();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await goTo("/platform/batches");
    await page.keyboard.press("?");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await page.getByRole("checkbox", { name: "Enable these shortcuts" }).check();
    await page.keyboard.press("Escape");
  });
});

describe("the shell", () => {
  it("says which environment this is, who has signed in and as what", async () => {
    await goTo("/platform");
    const header = page.getByRole("banner");
    expect(await header.textContent()).toContain("Environment: Emulator");
    expect(await header.getByRole("link", { name: "Kim Keys (super admin)" }).isVisible()).toBe(true);
    expect(await page.getByText("No language model is involved").isVisible()).toBe(true);
  });

  it("keeps its navigation around a page that is not there", async () => {
    const response = await visit(page, `${console_.server.url}/platform/requests/nothing`);
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    expect(await page.getByRole("navigation", { name: "Main" }).isVisible()).toBe(true);
    expect(await page.getByRole("main").count()).toBe(1);
    await expectAccessible(page);
    expect(response?.status()).toBeLessThan(500);
  });

  it("shows an address that nobody has as a page of its own", async () => {
    const response = await visit(page, `${console_.server.url}/nowhere`);
    expect(response?.status()).toBe(404);
    expect(await page.getByRole("main").count()).toBe(1);
    await expectAccessible(page);
  });

  it("shows where one is on a phone, however far the row of places must be scrolled", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await goTo("/platform/audit");
    const here = page.getByRole("link", { name: "Audit", exact: true });
    await expect.poll(async () => (await here.boundingBox())?.x ?? 1_000).toBeLessThan(300);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it("complained of nothing all the while but of the pages that are not there", () => {
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
  });
});

describe("somebody of the support", () => {
  it("sees every place, and nothing that changes anything", async () => {
    const support = await openPage("SUPPORT");
    await visit(support, `${console_.server.url}/platform`);
    const places = support.getByRole("navigation", { name: "Main" }).getByRole("link");
    expect(await places.allTextContents()).toEqual([
      "Overview",
      "Batches",
      "Requests",
      "Errors",
      "Imports",
      "Companies",
      "Models",
      "Users",
      "Keys",
      "Audit",
    ]);
    await support.getByRole("heading", { name: "Schedulers" }).waitFor();
    expect(await support.getByRole("button", { name: /Pause|Resume/ }).count()).toBe(0);
    await support.context().close();
  });
});

describe("a console on a copy of the database", () => {
  it("says so above every page until somebody has said what it is, and stays usable", async () => {
    const banner = page.getByRole("complementary", { name: "This database is a copy" });
    await goTo("/platform/requests");
    expect(await banner.count()).toBe(0);
    await openInstallation(console_.ctx);
    await console_.sql(`UPDATE "Installation" SET "databaseOid" = '1'`);
    for (const path of ["/platform", "/platform/batches"]) {
      await goTo(path);
      await banner.waitFor();
      expect(await banner.textContent()).toMatch(/is a copy[\s\S]*adopt-copy[\s\S]*detach-copy/);
    }
    await expectAccessible(page);
    await console_.sql(`DELETE FROM "Installation"`);
    await goTo("/platform/requests");
    expect(await banner.count()).toBe(0);
  });
});
