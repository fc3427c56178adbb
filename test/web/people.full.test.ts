import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendMails } from "../../lib/mail/sendMails.ts";
import { linkIn, type MailServer, startMailServer } from "../support/mailServer.ts";
import { addUser } from "../support/people.ts";
import { expectAccessible } from "./axe.ts";
import { openAs, openBrowser } from "./person.ts";
import { startTestConsole, type TestConsole } from "./support.ts";
import { visit } from "./visit.ts";

const CHOSEN = "eleven herons by the weir";

let mailServer: MailServer;
let console_: TestConsole;
let browser: Browser;
let url: string;

beforeAll(async () => {
  mailServer = await startMailServer();
  console_ = await startTestConsole();
  // Links have the console's own address, which is known only now.
  url = console_.server.url;
  Object.assign(console_.ctx.config, { SMTP_URL: mailServer.url, MAIL_FROM: "livedash@example.com", PUBLIC_URL: url });
  await console_.database.rows.company({ id: "acme", name: "Acme" });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console_?.close();
  await mailServer?.close();
});

async function openStranger(path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await visit(page, url + path);
  return page;
}
/** Opens the link of the newest mail, and chooses a password there. */
async function followLink(): Promise<Page> {
  await sendMails(console_.ctx);
  const page = await (await browser.newContext()).newPage();
  await visit(page, linkIn(mailServer.mails.at(-1)).href);
  return page;
}
async function choose(page: Page, password: string): Promise<void> {
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("Repeat new password").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
}
async function signIn(page: Page, email: string): Promise<void> {
  await page.getByRole("link", { name: "Sign in with it" }).click();
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(CHOSEN);
  await page.getByRole("button", { name: "Sign in" }).click();
}

it("somebody who has forgotten their password gets a link, and signs in with a new one", async () => {
  await addUser(console_.ctx, { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" });
  const asking = await openStranger("/sign-in");
  await asking.getByRole("link", { name: "Forgotten your password?" }).click();
  await asking.getByRole("heading", { name: "Forgotten your password?" }).waitFor();
  await expectAccessible(asking);
  await asking.getByLabel("Email address").fill("sam@example.com");
  await asking.getByRole("button", { name: "Send me a link" }).click();
  await asking.getByText("If a user has this address, a link is on its way to it.").waitFor();
  await expectAccessible(asking);
  await asking.context().close();

  const page = await followLink();
  await expectAccessible(page);
  await choose(page, "Password2026!");
  await page.getByText("This password is too easy to guess.").waitFor();
  await choose(page, CHOSEN);
  await page.getByText("Your password has been set.").waitFor();
  await expectAccessible(page);
  await signIn(page, "sam@example.com");
  await page.waitForURL(/\/platform$/);
  await page.context().close();
});

describe("a company's admin", () => {
  let anna: Page;

  it("sees its users, and invites one by email", async () => {
    const user = {
      realm: "company",
      email: "anna@example.com",
      name: "Anna",
      role: "ADMIN",
      companyId: "acme",
    } as const;
    anna = await openAs(browser, console_, user);
    await visit(anna, `${url}/dashboard`);
    await anna.getByRole("link", { name: "Users" }).first().click();
    await anna.getByRole("heading", { level: 1, name: "Users" }).waitFor();
    await anna.getByRole("cell", { name: "anna@example.com" }).waitFor();
    await expectAccessible(anna);
    await anna.getByRole("button", { name: "New user" }).click();
    const dialog = anna.getByRole("dialog");
    await dialog.getByLabel("Email address").fill("rita@example.com");
    await dialog.getByLabel("Name").fill("Rita");
    await expectAccessible(anna);
    await dialog.getByRole("button", { name: "Create user" }).click();
    await anna.getByText("The user has been created. A link is on its way to rita@example.com.").waitFor();
    await anna.getByRole("cell", { name: "rita@example.com" }).waitFor();

    const rita = await followLink();
    await choose(rita, CHOSEN);
    await signIn(rita, "rita@example.com");
    await rita.waitForURL(/\/dashboard$/);
    expect(await rita.getByRole("link", { name: "Users" }).count()).toBe(0);
    await rita.context().close();
  });

  it("gives a one-time password in place of a link, and changes a role", async () => {
    const row = anna.getByRole("row").filter({ hasText: "rita@example.com" });
    await row.getByRole("button", { name: "New password" }).click();
    const dialog = anna.getByRole("dialog");
    await dialog.getByLabel("How they get in").selectOption("password");
    await dialog.getByRole("button", { name: "Reset password" }).click();
    expect((await dialog.locator("[data-secret]").textContent())?.length).toBe(20);
    await dialog.getByRole("button", { name: "I have saved it" }).click();
    await row.getByText("One-time password").waitFor();
    await row.getByRole("button", { name: "Role" }).click();
    await dialog.getByLabel("Role").selectOption("AUDITOR");
    await dialog.getByRole("button", { name: "Change role" }).click();
    await row.getByText("auditor").waitFor();
  });

  it("requires the second factor, and is the first who has to set it up", async () => {
    const part = anna.getByRole("region", { name: "Two-factor authentication" });
    await part.getByText("2 users do not have one.").waitFor();
    await part.getByRole("button", { name: "Require it of everyone" }).click();
    await expectAccessible(anna);
    await anna.getByRole("dialog").getByRole("button", { name: "Require it" }).click();
    await anna.waitForURL(/\/account\/set-up\?realm=company$/);
    await anna.getByRole("heading", { name: "Set up two-factor authentication" }).waitFor();
    await anna.context().close();
  });
});
