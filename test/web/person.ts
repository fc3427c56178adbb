import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { inject } from "vitest";
import { REALMS } from "../../lib/auth/realms.ts";
import type { NewUser } from "../../lib/signIn/createUser.ts";
import { connectBrowser } from "../support/browser.ts";
import { addUser, signInForBrowser } from "../support/people.ts";
import type { TestConsole } from "./support.ts";

type Served = Pick<TestConsole, "ctx" | "server">;

/** This file's own part of the one Chromium of the run. To close it closes every page that was opened through it. */
export function openBrowser(): Promise<Browser> {
  return connectBrowser(inject("browserUrl"));
}

/** A browser of its own in which this new user has signed in, and has just confirmed that it is them. */
export async function openAs(
  browser: Browser,
  console_: Served,
  user: NewUser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  await addUser(console_.ctx, user);
  const context = await browser.newContext(options);
  await context.addCookies(await signInForBrowser(console_.server.url, user.realm, user.email));
  await console_.ctx.db.query(`UPDATE "${REALMS[user.realm].sessions}" SET "confirmedAt" = now()`);
  return context.newPage();
}
