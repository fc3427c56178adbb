import { access, chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ensureConsoleBuilt } from "../web/buildConsole.ts";
import { complaintsOf, launchBrowser } from "./support/browser.ts";
import { type RunningCommand, runCommand, startCommand } from "./support/cli.ts";
import { setFaults } from "./support/emulatorControl.ts";
import { expectAccessible } from "./web/axe.ts";
import { visit } from "./web/visit.ts";

const READY = /LiveDash is ready: (\d+) requests complete, (\d+) failed, console at (http:\/\/localhost:\d+)/;
const PASSWORD = /Sign in as: (\S+)\nOne-time password: (\S+)\n/g;
const OWN_PASSWORD = "seven quiet boats at noon";
const COMPANY = "Thuiszorg Merelveld";

/** Where all of `livedash start` keeps what it has: each one goes on where the one before it has stopped. */
let folder: string;
let env: Record<string, string>;
let browser: Browser;
let page: Page;
let complaints: string[];
/** The one whose console is looked at. */
let shown: RunningCommand;
const running = new Set<RunningCommand>();

beforeAll(async () => {
  await ensureConsoleBuilt();
  folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  await chmod(folder, 0o755);
  env = { LIVEDASH_DATA_DIR: folder, PORT: "0" };
  browser = await launchBrowser();
  page = await browser.newPage();
  complaints = complaintsOf(page);
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  for (const { child } of running) child.kill("SIGINT");
  await Promise.all([...running].map(({ finished }) => finished));
  await rm(folder, { recursive: true, force: true });
});

function start(more: Record<string, string> = {}): RunningCommand {
  const command = startCommand(["start"], { ...env, ...more });
  running.add(command);
  void command.finished.then(() => running.delete(command));
  return command;
}

async function stop(command: RunningCommand, signal: NodeJS.Signals): Promise<void> {
  command.child.kill(signal);
  expect(await command.finished).toMatchObject({ code: 0 });
}

const addressOf = (command: RunningCommand) => /Open the console: (\S+)\n/.exec(command.stdout())?.[1] ?? "";

/** Whether the embedded server still runs: it removes this file when it ends. */
function serverRuns(): Promise<boolean> {
  return access(join(folder, "postgres/server/data/postmaster.pid")).then(
    () => true,
    () => false,
  );
}

/** The first time that somebody signs in: with what they were given, which leads to a password of their own. */
async function enter(on: Page, email: string, oneTimePassword: string): Promise<void> {
  await on.getByLabel("Email address").fill(email);
  await on.getByLabel("Password").fill(oneTimePassword);
  await on.getByRole("button", { name: "Sign in" }).click();
  await on.getByRole("heading", { name: "Choose your own password" }).waitFor();
  await on.getByLabel("Current password").fill(oneTimePassword);
  await on.getByLabel("New password", { exact: true }).fill(OWN_PASSWORD);
  await on.getByLabel("Repeat new password").fill(OWN_PASSWORD);
  await on.getByRole("button", { name: "Change password" }).click();
}

describe("livedash start", () => {
  it("says in one sentence that its port is taken, and leaves nothing running", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    const address = squatter.address();
    const port = typeof address === "object" && address ? String(address.port) : "";
    const { code, stdout, stderr } = await runCommand(["start"], { ...env, PORT: port });
    squatter.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^livedash: Port ${port} .* in use .*PORT.*\n$`));
    expect(await serverRuns()).toBe(false);
  });

  it("gives its administrator a password, and survives being killed with its batches under way", async () => {
    const first = start({ BATCH_POLLING_ENABLED: "false" });
    await Promise.all([first.says(/batching 384\/384/), first.says(/One-time password: \S+\n/)]);
    first.child.kill("SIGKILL");
    await first.finished;

    // This one shows, another one works: so nothing has happened before somebody looks.
    shown = start({ BATCH_CREATION_ENABLED: "false", BATCH_POLLING_ENABLED: "false" });
    await shown.says(/Open the console: \S+\n/);
    const [found, ...again] = `${first.stdout()}${shown.stdout()}`.matchAll(PASSWORD);
    expect(again).toEqual([]);
    await visit(page, addressOf(shown));
    expect(await page.getByText("384").count()).toBe(0);
    await enter(page, found?.[1] ?? "", found?.[2] ?? "");
    await page.waitForURL(/\/platform$/);
    await page.getByText("0 of 384 requests analysed", { exact: true }).waitFor();
    await expectAccessible(page);
  });

  it("is watched live to its end, from the first batch to the last session", async () => {
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    const inBatch = page.getByRole("listitem").filter({ hasText: "In batch" });
    const working = start();
    await inBatch
      .getByText(/in flight$/)
      .first()
      .waitFor();
    await page.getByText("All 384 requests are done", { exact: true }).waitFor();
    await page.getByText("No batches in flight.").waitFor();
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);

    await Promise.all([working.says(READY), shown.says(READY)]);
    for (const { stdout } of [working, shown]) {
      expect(READY.exec(stdout())?.slice(1, 3)).toEqual(["384", "0"]);
      expect(stdout().trimEnd().split("\n").at(-1)).toMatch(READY);
      expect(stdout()).toContain("no data leaves this machine");
    }
    const summary = await page.request.get(`${addressOf(shown)}/api/admin/legacy/summary`);
    expect(await summary.json()).toMatchObject({ summary: { processing_complete: 384, processing_failed: 0 } });
    const status = await runCommand(["status", "--json"], env);
    expect(JSON.parse(status.stdout)).toMatchObject({ requests: { processing_complete: 384, pending_batching: 0 } });

    // Not with an event stream open: to lose it is a complaint.
    await page.goto("about:blank");
    await stop(working, "SIGINT");
    await stop(shown, "SIGTERM");
    expect(await serverRuns()).toBe(false);
  });

  it("takes up what it had, and knows who has signed in", async () => {
    shown = start();
    await shown.says(READY);
    expect(shown.stdout()).not.toContain("importing");
    expect(shown.stdout()).not.toContain("password");
    await visit(page, `${addressOf(shown)}/platform`);
    await page.getByText("All 384 requests are done", { exact: true }).waitFor();
  });
});

describe("from a CSV to a company's dashboard", () => {
  let oneTimePassword: string;

  it("imports what is uploaded, and lets somebody of the company in", async () => {
    await setFaults({ url: await readFile(join(folder, "emulator/address"), "utf8") }, ["line_refusal:once"]);
    await visit(page, `${addressOf(shown)}/platform/imports`);
    await page.getByLabel("Company of the sessions").selectOption({ label: COMPANY });
    const row = "s1,01.11.2026 10:00:00,01.11.2026 10:05:00,,NL,Dutch,2,,,,,,,,,Hoe vraag ik verlof aan?";
    const file = { name: "november.csv", mimeType: "text/csv", buffer: Buffer.from(`${row}\n`) };
    await page.getByLabel(/CSV file/).setInputFiles(file);
    await page.getByRole("button", { name: "Upload and import" }).click();
    await page.getByRole("link", { name: "Show the import" }).click();
    await page.getByRole("heading", { name: "november.csv" }).waitFor();

    await visit(page, `${addressOf(shown)}/platform/users?realm=company`);
    await page.getByRole("button", { name: "New user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Email address").fill("rita@example.com");
    await dialog.getByLabel("Name").fill("Rita Reader");
    await dialog.getByLabel("Company").selectOption({ label: COMPANY });
    await dialog.getByRole("button", { name: "Create user" }).click();
    const confirming = page.getByRole("dialog", { name: "Confirm that it is you" });
    await confirming.getByLabel("Your password").fill(OWN_PASSWORD);
    await confirming.getByRole("button", { name: "Confirm" }).click();
    oneTimePassword = (await dialog.locator("[data-secret]").textContent()) ?? "";
    // The browser notes each call that is refused, the one that asked who it is, too.
    expect(complaints.splice(0)).toEqual([expect.stringContaining("status of 403")]);
    await dialog.getByRole("button", { name: "I have saved it" }).click();
  });

  it("shows the request that the model has refused, and sends it again", async () => {
    await visit(page, `${addressOf(shown)}/platform`);
    await page.getByText("1 request failed", { exact: true }).waitFor();
    await visit(page, `${addressOf(shown)}/platform/requests?status=processing_failed`);
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByRole("heading", { name: "History" }).waitFor();
    await page.getByText("Answer refused", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Requeue 1 request" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Requeue" }).click();
    await page.getByText("1 request requeued.").waitFor();
  });

  it("shows the company what its people ask, and nobody else's sessions", async () => {
    const reader = await (await browser.newContext()).newPage();
    const heard = complaintsOf(reader);
    await visit(reader, `${addressOf(shown)}/sign-in?realm=company`);
    await enter(reader, "rita@example.com", oneTimePassword);
    await reader.waitForURL(/\/dashboard$/);
    await reader.getByRole("heading", { name: "What people ask most" }).waitFor();
    await reader.getByText(`Rita Reader (user, ${COMPANY})`).waitFor();
    await visit(reader, `${addressOf(shown)}/dashboard/sessions`);
    await reader.getByRole("heading", { level: 1, name: "109 sessions" }).waitFor();
    // The answers that were written for the samples, without any configuration.
    await visit(reader, `${addressOf(shown)}/dashboard/sessions?sentiment=NEGATIVE`);
    await reader.getByRole("heading", { level: 1, name: "25 sessions" }).waitFor();
    await reader.getByText(/^Annoyed about a staff pass lost/).waitFor();
    expect(heard).toEqual([]);
    await reader.context().close();
  });

  it("is through again when the request has gone its way", async () => {
    await visit(page, `${addressOf(shown)}/platform`);
    await page.getByText("All 385 requests are done", { exact: true }).waitFor();
    await page.getByText("None failed.", { exact: true }).waitFor();
    await page.goto("about:blank");
    await stop(shown, "SIGTERM");
    expect(await serverRuns()).toBe(false);
  });

  it("does not mix the emulator's answers with a real provider's", async () => {
    const { code, stderr } = await runCommand(["run"], { ...env, OPENAI_API_KEY: "k" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^livedash: This database holds answers from the built-in emulator\./);
    expect(await serverRuns()).toBe(false);
  });
});
