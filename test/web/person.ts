import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { NewUser } from "../../lib/auth/createUser.ts";
import { addUser, signInForBrowser } from "../support/people.ts";
import type { TestConsole } from "./support.ts";

type Served = Pick<TestConsole, "ctx" | "server">;

/** A browser of its own in which this new user has signed in. */
export async function openAs(
  browser: Browser,
  console_: Served,
  user: NewUser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  await addUser(console_.ctx, user);
  const context = await browser.newContext(options);
  await context.addCookies(await signInForBrowser(console_.server.url, user.realm, user.email));
  return context.newPage();
}
