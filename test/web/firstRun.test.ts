import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf, launchBrowser } from "../support/browser.ts";
import { type RunningCommand, runCommand, startCommand } from "../support/cli.ts";
import { expectAccessible } from "./axe.ts";

const OWN_PASSWORD = "seven quiet boats at noon";
let folder: string;
let env: Record<string, string>;
let command: RunningCommand;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  await chmod(folder, 0o755);
  env = { LIVEDASH_DATA_DIR: folder, PORT: "0" };
  // This process shows, another one works: so nothing has happened before somebody looks.
  command = startCommand(["start"], { ...env, BATCH_CREATION_ENABLED: "false", BATCH_POLLING_ENABLED: "false" });
  browser = await launchBrowser();
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  command.child.kill("SIGINT");
  await command.finished;
  await rm(folder, { recursive: true, force: true });
});

describe("the first run", () => {
  it("gives its administrator an address and a password, which lead to one of their own and in", async () => {
    const complaints = complaintsOf(page);
    await command.says(/One-time password: \S+\n/);
    const said = command.stdout();
    const found = (pattern: RegExp) => pattern.exec(said)?.[1] ?? expect.fail(`${pattern} is not in:\n${said}`);
    await page.goto(found(/Watch it at (\S+)/));
    await page.getByLabel("E-mail address").fill(found(/Sign in as: (\S+)/));
    await page.getByLabel("Password").fill(found(/One-time password: (\S+)/));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    await page.getByLabel("Current password").fill(found(/One-time password: (\S+)/));
    await page.getByLabel("New password", { exact: true }).fill(OWN_PASSWORD);
    await page.getByLabel("New password once more").fill(OWN_PASSWORD);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.waitForURL(/\/platform$/);
    await page.getByText("0 of 384 requests analysed").waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it("is watched live to its end, from the first batch to the last session", async () => {
    const complaints = complaintsOf(page);
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    const short = { BATCH_CREATION_INTERVAL: "1s", BATCH_POLLING_INTERVAL: "1s", BATCH_SETTLE_TIME: "2s" };
    const run = runCommand(["run", "--until-idle"], { ...env, ...short });
    await page
      .getByRole("listitem")
      .filter({ hasText: "In batch" })
      .getByText(/under way$/)
      .first()
      .waitFor();
    await page.getByText("All 384 requests are through").waitFor();
    await page.getByText("No batch is under way.").waitFor();
    expect(await run).toMatchObject({ code: 0 });
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
    expect(complaints).toEqual([]);
  });
});
