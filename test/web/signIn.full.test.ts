import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUser } from "../../lib/signIn/createUser.ts";
import { complaintsOf } from "../support/browser.ts";
import { totp } from "../support/totp.ts";
import { expectAccessible } from "./axe.ts";
import { openBrowser } from "./person.ts";
import { startTestConsole, type TestConsole } from "./support.ts";
import { visit } from "./visit.ts";

const EMAIL = "owner@example.com";
const OWN_PASSWORD = "seven quiet boats at noon";
let console_: TestConsole;
let browser: Browser;
let page: Page;
let secret = "";
let oneTimePassword = "";
let backupCodes: string[] = [];

beforeAll(async () => {
  // Not emulated: then a second factor is required.
  console_ = await startTestConsole({ emulated: false });
  ({ oneTimePassword } = await createUser(console_.ctx, console_.ctx.db, {
    realm: "platform",
    email: EMAIL,
    name: "Odile Owner",
    role: "SUPER_ADMIN",
  }));
  browser = await openBrowser();
  page = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await console_.close();
});

async function givePassword(password: string, to = page) {
  await to.getByLabel("Email address").fill(EMAIL);
  await to.getByLabel("Password").fill(password);
  await to.getByRole("button", { name: "Sign in" }).click();
}

describe("signing in", () => {
  it("leads everybody who is nobody yet to the sign-in", async () => {
    for (const [path, leadsTo] of [
      ["/", "/sign-in"],
      ["/platform", "/sign-in"],
      ["/account", "/sign-in?next=%2Faccount"],
      [
        "/platform/requests?status=PROCESSING_FAILED",
        "/sign-in?next=%2Fplatform%2Frequests%3Fstatus%3DPROCESSING_FAILED",
      ],
      ["/account?realm=company", "/sign-in?realm=company&next=%2Faccount%3Frealm%3Dcompany"],
    ]) {
      await visit(page, console_.server.url + path);
      expect(page.url()).toBe(console_.server.url + leadsTo);
    }
    await visit(page, `${console_.server.url}/sign-in`);
    await expectAccessible(page);
  });

  it("keeps what was typed before the page's script had come", async () => {
    const early = await browser.newPage();
    const { promise: come, resolve: letCome } = Promise.withResolvers<void>();
    await early.route("**/_next/static/**/*.js", (route) => come.then(() => route.continue()));
    await early.goto(`${console_.server.url}/sign-in`, { waitUntil: "commit" });
    await early.getByLabel("Email address").fill(EMAIL);
    await early.getByLabel("Password").fill("typed early");
    letCome();
    await early.getByRole("button", { name: "Sign in" }).and(early.locator(":enabled")).waitFor();
    await early.getByLabel("Password").press("End");
    await early.keyboard.type(", and late");
    expect(await early.getByLabel("Email address").inputValue()).toBe(EMAIL);
    expect(await early.getByLabel("Password").inputValue()).toBe("typed early, and late");
    await early.context().close();
  });

  it("says whom to ask for a new password where no mail is sent, and to strangers nothing of how the server is run", async () => {
    await page.getByRole("link", { name: "Forgotten your password?" }).click();
    await page.getByText("Ask an administrator for a new password.").waitFor();
    expect(await page.getByRole("main").textContent()).not.toMatch(/super admin|bin\/livedash/i);
    await expectAccessible(page);
    await page.getByRole("link", { name: "Back to the sign-in" }).click();
    await page.waitForURL(/\/sign-in$/);
  });

  it("keeps the password out of the address while its script has not run, and says that it needs it", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const bare = await context.newPage();
    await bare.goto(`${console_.server.url}/sign-in`);
    const advice = bare.locator("noscript p");
    expect(await advice.isVisible()).toBe(true);
    expect(await advice.textContent()).toContain("LiveDash needs JavaScript");
    await bare.getByLabel("Email address").fill(EMAIL);
    await bare.getByLabel("Password").fill("a long password of mine");
    await bare.keyboard.press("Enter");
    expect(await bare.getByRole("button", { name: "Sign in" }).isDisabled()).toBe(true);
    await bare.waitForLoadState();
    expect(bare.url()).toBe(`${console_.server.url}/sign-in`);
    await context.close();
  });

  it("says that the password is wrong, and nothing more", async () => {
    await givePassword("not the password");
    await page.getByText("The email address or password is wrong.").waitFor();
  });

  it("takes the one-time password, and asks for one's own", async () => {
    await givePassword(oneTimePassword);
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    await expectAccessible(page);
    await page.getByLabel("Current password").fill(oneTimePassword);
    await page.getByLabel("New password", { exact: true }).fill(OWN_PASSWORD);
    await page.getByLabel("Repeat new password").fill(OWN_PASSWORD);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("heading", { name: "Set up two-factor authentication" }).waitFor();
  });

  it("keeps the platform closed until the second factor is there", async () => {
    await visit(page, `${console_.server.url}/platform`);
    await page.waitForURL(/\/account\/set-up/);
    await expectAccessible(page);
  });

  it("enrols an app, and shows the backup codes once", async () => {
    await page.getByLabel("Your password").fill(OWN_PASSWORD);
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
    await expectAccessible(page);
    secret = (await page.locator("[data-secret]").textContent())?.trim() ?? "";
    await page.getByLabel("Code from your app").fill(totp(secret));
    await page.getByRole("button", { name: "Verify" }).click();
    const codes = page.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
    await codes.first().waitFor();
    backupCodes = await codes.allTextContents();
    expect(backupCodes.length).toBeGreaterThan(5);
    await page.getByRole("button", { name: "I have saved them" }).click();
    await page.waitForURL(/\/platform$/);
    await page.getByText("Odile Owner").waitFor();
  });

  it("asks for the code at the next sign-in, and lets in with it", async () => {
    const complaints = complaintsOf(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in$/);
    await givePassword(OWN_PASSWORD);
    // The code that has set it up signs nobody in.
    await page.getByLabel("Code from your app").fill(totp(secret, Date.now() + 30_000));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/platform$/);
    expect(complaints).toEqual([]);
  });

  it("shows no new backup code but for the second factor and the password, and lets in with one, back to the page that was asked for", async () => {
    await visit(page, `${console_.server.url}/account`);
    const part = page.getByRole("region", { name: "Two-factor authentication" });
    await part.getByLabel("Your password").fill("not the password");
    await part.getByRole("button", { name: "Create new backup codes" }).click();
    const confirming = page.getByRole("dialog", { name: "Confirm that it is you" });
    await confirming.getByLabel("Code from your app").waitFor();
    await expectAccessible(page);
    await confirming.getByRole("button", { name: "Go back" }).click();
    await part.getByText("you have not confirmed that it is you").waitFor();
    await part.getByRole("button", { name: "Create new backup codes" }).click();
    await confirming.getByRole("button", { name: "Use a backup code" }).click();
    await confirming.getByLabel("Backup code").fill("00000-00000");
    await confirming.getByRole("button", { name: "Confirm" }).click();
    await confirming.getByText("This is not one of your backup codes").waitFor();
    await confirming.getByLabel("Backup code").fill(backupCodes[0] ?? "");
    await confirming.getByRole("button", { name: "Confirm" }).click();
    await part.getByText("The password is wrong.").waitFor();
    await part.getByLabel("Your password").fill(OWN_PASSWORD);
    await part.getByRole("button", { name: "Create new backup codes" }).click();
    await part.getByRole("listitem").first().waitFor();
    backupCodes = await part.getByRole("listitem").allTextContents();
    await part.getByRole("button", { name: "I have saved them" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in$/);

    await visit(page, `${console_.server.url}/platform/batches?status=FAILED`);
    await givePassword(OWN_PASSWORD);
    await page.getByLabel("Code from your app").fill("000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This code is wrong.").waitFor();
    await page.getByRole("button", { name: "Use a backup code" }).click();
    await page.getByLabel("Backup code").fill(backupCodes[0] ?? "");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/platform\/batches\?status=FAILED$/);
  });

  it("answers all that asks who it is at the same time with one dialog", async () => {
    await visit(page, `${console_.server.url}/account`);
    const asking = page.evaluate(() => {
      const ask = () =>
        new Promise((answer) => {
          const detail = { realm: "platform", answer };
          window.dispatchEvent(new CustomEvent("livedash:ask-who-it-is", { detail, cancelable: true }));
        });
      return Promise.all([ask(), ask()]);
    });
    const goBack = page.getByRole("dialog").getByRole("button", { name: "Go back" });
    const [answers] = await Promise.all([asking, goBack.click()]);
    expect(answers).toEqual([false, false]);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("goes on to no address of anybody else's", async () => {
    for (const next of [
      "https://evil.example/",
      "//evil.example/platform",
      "/\\evil.example",
      "/api/auth/platform/sign-out",
    ]) {
      const other = await browser.newPage();
      await visit(other, `${console_.server.url}/sign-in?next=${encodeURIComponent(next)}`);
      expect(await other.content()).toContain('\\"next\\":\\"/platform\\"');
      await other.close();
    }
  });

  it("shows where one is signed in", async () => {
    await page.getByRole("link", { name: /Odile Owner/ }).click();
    await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
    await page.getByText("Chrome on Linux · this browser").waitFor();
    await expectAccessible(page);
  });

  it("signs another browser out, once that is confirmed", async () => {
    const other = await browser.newPage();
    await visit(other, `${console_.server.url}/sign-in`);
    await givePassword(OWN_PASSWORD, other);
    await other.getByRole("button", { name: "Use a backup code" }).click();
    await other.getByLabel("Backup code").fill(backupCodes[1] ?? "");
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.waitForURL(/\/platform$/);
    await page.reload();
    await page.getByRole("button", { name: "End session" }).first().click();
    await page.getByRole("button", { name: "Sign out browser" }).click();
    await page.getByRole("status").getByText("Chrome on Linux has been signed out.").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "End session" }).count()).toBe(0);
    await visit(other, `${console_.server.url}/platform`);
    await other.waitForURL(/\/sign-in$/);
    await other.context().close();
  });

  it("shows that it is under way, and sends nothing twice meanwhile", async () => {
    const other = await browser.newPage();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let calls = 0;
    await other.route(/sign-in\/email/, async (route) => {
      calls++;
      await answered;
      await route.continue();
    });
    await visit(other, `${console_.server.url}/sign-in?realm=company`);
    await other.getByLabel("Email address").fill("nobody@example.org");
    await other.getByLabel("Password").fill("a guess");
    await other.getByLabel("Password").press("Enter");
    await other.locator("button[data-busy]").waitFor();
    await other.getByLabel("Password").press("Enter");
    await expectAccessible(other);
    answer();
    await other.getByText("The email address or password is wrong.").waitFor();
    await other.locator("[data-busy]").waitFor({ state: "detached" });
    expect(calls).toBe(1);
    await other.close();
  });

  it("says when an address is locked, after too many wrong passwords", async () => {
    const other = await browser.newPage();
    await visit(other, `${console_.server.url}/sign-in?realm=company`);
    await other.getByLabel("Email address").fill("nobody@example.com");
    for (let guess = 1; guess <= 9; guess++) {
      const password = other.getByLabel("Password");
      await password.fill(`guess ${guess}`);
      const [asked] = await Promise.all([other.waitForRequest(/sign-in\/email/), password.press("Enter")]);
      expect(await asked.response()).not.toBeNull();
      await other.locator("[data-busy]").waitFor({ state: "detached" });
    }
    await other.getByText("Too many failed attempts for this email address.").waitFor();
    await other.close();
  });
});
