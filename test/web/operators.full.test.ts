import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEmulator } from "../../emulator/server.ts";
import { openAccounts } from "../../lib/accounts/openAccounts.ts";
import { openStored } from "../../lib/accounts/openStored.ts";
import { requeueRequests } from "../../lib/admin/requests/requeueRequests.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import type { Accounts } from "../../lib/context.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { startWebServer, type WebServer } from "../../web/startWebServer.ts";
import { complaintsOf } from "../support/browser.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { runJobs } from "../support/jobs.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";
import { expectAccessible } from "./axe.ts";
import { openAs, openBrowser } from "./person.ts";
import { visit } from "./visit.ts";

const SECRET = "a secret that only tests know, thirty-two";
let pipeline: TestPipeline;
let accounts: Accounts;
let server: WebServer;
let browser: Browser;
let admin: Page;
let support: Page;
let complaints: string[];

beforeAll(async () => {
  await ensureConsoleBuilt();
  pipeline = await startPipeline({
    env: { LIVEDASH_SECRET: SECRET },
    // The first batch takes so long that there is time to cancel it.
    emulator: {
      times: { validating: 30, inProgress: 300, finalizing: 30, cancelling: 10 },
      faults: ["slow_batch:once:factor=200"],
    },
  });
  const { config, provider } = pipeline.ctx;
  accounts = openAccounts(pipeline.ctx, { provider, open: openStored(config, () => {}) });
  server = await startWebServer({ ctx: { ...pipeline.ctx, accounts }, emulated: true }, { host: "127.0.0.1", port: 0 });
  browser = await openBrowser();
  admin = await enterAs("ADMIN");
  support = await enterAs("SUPPORT");
  complaints = complaintsOf(admin);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await accounts?.close();
  await pipeline?.close();
});

function enterAs(role: "SUPER_ADMIN" | "ADMIN" | "SUPPORT"): Promise<Page> {
  const email = `${role.toLowerCase()}@example.com`;
  const user = { realm: "platform", email, name: `Some ${role}`, role } as const;
  return openAs(browser, { ctx: pipeline.ctx, server }, user);
}

/** Requests that failed for good, as if the model had refused to answer them. */
async function failSome(company: string, count: number): Promise<string[]> {
  const { requestIds } = await addSessions(pipeline.ctx, count, { company });
  await pipeline.ctx.db.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = 'answer_refused',
            "errorMessage" = 'The model refused request ' || "id", "completedAt" = now() WHERE "id" = ANY($1)`,
    [requestIds],
  );
  return requestIds;
}

describe("an operator", () => {
  it("finds a failed request by its error, reads it, and does not see its texts unasked", async () => {
    const [id = ""] = await failSome("Bäckerei Österreicher", 3);
    await visit(admin, `${server.url}/platform/errors`);
    await admin.getByRole("heading", { name: "Answer refused" }).waitFor();
    await expectAccessible(admin);
    await admin.getByRole("link", { name: "3", exact: true }).first().click();
    await admin.getByRole("heading", { name: "Requests", exact: true }).waitFor();
    // What failed in the last hour: the figure that comes first.
    expect(new URL(admin.url()).searchParams.get("errorGroup")).toBe("The model refused request #");
    expect(Date.now() - Date.parse(await admin.getByLabel("Failed since (UTC)").inputValue())).toBeGreaterThan(0);
    await expectAccessible(admin);
    await admin.getByRole("link", { name: id }).click();
    await admin.getByRole("heading", { name: "History" }).waitFor();
    await expectAccessible(admin);
    expect(await admin.content()).not.toContain("How do I ask for leave");
    await admin.getByRole("link", { name: "Reveal texts" }).click();
    await admin
      .getByText(/How do I ask for leave/)
      .first()
      .waitFor();
    await visit(admin, `${server.url}/platform/audit?action=requests.reveal`);
    await admin.getByText("admin@example.com").first().waitFor();
    await sealAudit(pipeline.ctx);
    await visit(admin, `${server.url}/platform/audit?action=requests.reveal`);
    await admin.getByText(/Sealed up to #\d+\./).waitFor();
    await admin
      .getByRole("cell", { name: /^#\d+$/ })
      .first()
      .waitFor();
    await expectAccessible(admin);
  });

  it("narrows the requests by the time, which stands in the address", async () => {
    await visit(admin, `${server.url}/platform/requests?status=processing_failed`);
    await admin.getByLabel("Requested since (UTC)").fill("2026-01-01T08:30");
    await admin.getByRole("button", { name: "Show" }).click();
    await admin.waitForURL(/newerThan/);
    await admin.getByRole("row").nth(3).waitFor();
    expect(new URL(admin.url()).searchParams.get("newerThan")).toBe("2026-01-01T08:30");
    expect(await admin.getByLabel("Requested since (UTC)").inputValue()).toBe("2026-01-01T08:30");
    await admin.getByLabel("Requested before (UTC)").fill("2026-01-02T00:00");
    await admin.getByRole("button", { name: "Show" }).click();
    await admin.getByText("No requests").waitFor();
    expect(await admin.getByLabel("Requested since (UTC)").inputValue()).toBe("2026-01-01T08:30");
  });

  it("has a list exported in the background, follows the job, and downloads the file", async () => {
    await visit(admin, `${server.url}/platform/requests?status=processing_failed`);
    await admin.getByRole("button", { name: "Export in the background" }).click();
    await admin.getByRole("heading", { name: "List export" }).waitFor();
    await expectAccessible(admin);
    await runJobs(pipeline.ctx);
    const link = admin.getByRole("link", { name: "Download" });
    const [download] = await Promise.all([admin.waitForEvent("download"), link.click()]);
    const file = await text(await download.createReadStream());
    expect(download.suggestedFilename()).toMatch(/^requests-.*\.csv$/);
    expect(file.trimEnd().split("\r\n")).toHaveLength(1 + 3);
    // The job is everybody's to see, its file is not.
    await visit(support, admin.url());
    await support.getByRole("heading", { name: "List export" }).waitFor();
    expect(await support.getByRole("link", { name: "Download" }).count()).toBe(0);
  });

  it("requeues a group, follows the job, and sees it complete", async () => {
    const schedulers = await startSchedulers(
      pipeline.anotherWorker({ BATCH_CREATION_ENABLED: "false", BATCH_POLLING_ENABLED: "false" }),
      pipeline.database.url,
    );
    try {
      await visit(admin, `${server.url}/platform/errors`);
      await admin.getByRole("button", { name: "Requeue group" }).click();
      await admin.getByRole("button", { name: "Requeue 3 requests" }).click();
      await admin.getByRole("dialog").getByLabel("Reason").fill("The prompt was mended");
      await expectAccessible(admin);
      await admin.getByRole("button", { name: "Requeue now" }).click();
      await admin.getByText("3 of 3 requeued").waitFor();
      await admin.getByText("Done", { exact: true }).waitFor();
      await expectAccessible(admin);
    } finally {
      await schedulers.stop();
    }
    await visit(admin, `${server.url}/platform/requests?status=pending_batching`);
    await admin.getByRole("link", { name: "Pending 3" }).waitFor();
  });

  it("cancels a batch, which gives its lines back", async () => {
    await batchCreator(pipeline.ctx);
    await batchPoller(pipeline.ctx);
    await visit(admin, `${server.url}/platform/batches`);
    await expectAccessible(admin);
    await admin.getByRole("table").getByRole("link").first().click();
    await admin.getByRole("button", { name: "Cancel batch" }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByText("Finished lines are kept").waitFor();
    await dialog.getByLabel("Reason").fill("Created with the wrong model");
    await dialog.getByRole("button", { name: "Cancel batch" }).click();
    await admin.getByText("The batch is being cancelled.").waitFor();
    await expect
      .poll(async () => {
        await batchPoller(pipeline.ctx);
        await admin.reload();
        return admin.getByText("Cancelled", { exact: true }).count();
      })
      .toBeGreaterThan(0);
    await admin.getByText("3 requeued").waitFor();
    await expectAccessible(admin);
  });

  it("who supports looks, and cannot act", async () => {
    await failSome("Van der Meer", 1);
    await visit(support, `${server.url}/platform/requests?status=processing_failed`);
    await support.getByRole("table").waitFor();
    expect(await support.getByRole("button", { name: /Requeue/ }).count()).toBe(0);
    await support.getByRole("table").getByRole("link").first().click();
    await support.getByText("Your role does not have access to it.").waitFor();
    await visit(support, `${support.url()}?reveal=true`);
    await support.getByRole("heading", { name: "You do not have access to this" }).waitFor();
    await visit(support, `${server.url}/platform/batches`);
    await support.getByRole("table").getByRole("link").first().click();
    await support.getByRole("heading", { name: "History" }).waitFor();
    expect(await support.getByRole("button", { name: "Cancel batch" }).count()).toBe(0);
    await visit(support, `${server.url}/platform/users`);
    await support.getByRole("table").waitFor();
    expect(await support.getByRole("button", { name: "New user" }).count()).toBe(0);
  });

  it("uploads a CSV, and sees what became of its rows", async () => {
    await visit(admin, `${server.url}/platform/imports`);
    await expectAccessible(admin);
    await admin.getByLabel("Company of the sessions").selectOption({ label: "Van der Meer" });
    const row = "s1,01.11.2026 10:00:00,01.11.2026 10:05:00,,NL,Dutch,2,,,,,,,,,Hoe vraag ik verlof aan?";
    await admin.getByLabel(/CSV file/).setInputFiles({
      name: "november.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`${row}\nbroken,row\n`),
    });
    await admin.getByRole("button", { name: "Upload and import" }).click();
    await admin.getByRole("heading", { name: "CSV upload" }).waitFor();
    await expectAccessible(admin);
    await runJobs(pipeline.ctx);
    await admin.getByRole("link", { name: "Show the import" }).click();
    await admin.getByRole("heading", { name: "november.csv" }).waitFor();
    await admin.getByRole("heading", { name: "Bad rows" }).waitFor();
    await expectAccessible(admin);
    const link = admin.getByRole("link", { name: "Download for correction" });
    const [download] = await Promise.all([admin.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toMatch(/bad-rows.*\.csv/);
  });

  it("sees the lists of batches, requests and imports change while looking at them", async () => {
    const live = admin.getByRole("status").getByText("Live", { exact: true });
    const rows = (name: string | RegExp) => admin.getByRole("table").getByRole("row", { name });
    await visit(admin, `${server.url}/platform/imports`);
    await live.waitFor();
    const { id: companyId } = await findOrCreateCompany(pipeline.ctx, { name: "Van der Meer" });
    const row = "late,01.11.2026 10:00:00,01.11.2026 10:05:00,,NL,Dutch,2,,,,,,,,,Hoe vraag ik verlof aan?";
    const stream = Readable.from([Buffer.from(row)]);
    await importCsv(pipeline.ctx, { companyId, source: { kind: "stream", name: "while-looking.csv", stream } });
    await rows(/while-looking\.csv/).waitFor();

    await visit(admin, `${server.url}/platform/requests?status=pending_batching`);
    await live.waitFor();
    await addSessions(pipeline.ctx, 1, { company: "Just Now GmbH" });
    await rows(/Just Now GmbH/).waitFor();

    await visit(admin, `${server.url}/platform/batches`);
    await live.waitFor();
    await batchCreator(pipeline.ctx);
    await rows(/Just Now GmbH/).waitFor();
  });

  it("watches a request while somebody else requeues it, and reads who did", async () => {
    const [id = ""] = await failSome("Just Now GmbH", 1);
    await visit(admin, `${server.url}/platform/requests/${id}`);
    await admin.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await callOperation(callerOf(pipeline.ctx, "SUPER_ADMIN"), requeueRequests, { requestIds: [id] });
    await admin.getByText(/Requeued by key of SUPER_ADMIN/).waitFor();
    await admin.getByText("Pending", { exact: true }).first().waitFor();
  });

  it("sees what an upload would do, and that nothing was written", async () => {
    await visit(admin, `${server.url}/platform/imports`);
    await admin.getByLabel("Company of the sessions").selectOption({ label: "Van der Meer" });
    const row = "dry1,01.11.2026 10:00:00,01.11.2026 10:05:00,,NL,Dutch,2,,,,,,,,,Hoe vraag ik verlof aan?";
    await admin.getByLabel(/CSV file/).setInputFiles({
      name: "tried.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`${row}\nbroken,row\n`),
    });
    await admin.getByRole("button", { name: "Dry run" }).click();
    const found = admin.getByRole("region", { name: "Dry run" });
    await found
      .getByText(/1 .*bad/)
      .first()
      .waitFor();
    await expectAccessible(admin);
    const { rowCount } = await pipeline.ctx.db.query(`SELECT 1 FROM "Session" WHERE "externalSessionId" = 'dry1'`);
    expect(rowCount).toBe(0);
  });

  it("meets a session by its company's own id: in the list, on its page, and by its beginning in the find box", async () => {
    const { requestIds, sessionIds } = await addSessions(pipeline.ctx, 1, { company: "Van der Meer" });
    await pipeline.ctx.db.query(`UPDATE "Session" SET "externalSessionId" = 'CHAT-6x7-2026' WHERE "id" = $1`, [
      sessionIds[0],
    ]);
    await visit(admin, `${server.url}/platform/requests?status=pending_batching`);
    await admin.getByRole("table").getByText("CHAT-6x7-2026").waitFor();
    await admin.getByRole("searchbox").first().fill("CHAT-6x7");
    await admin.keyboard.press("Enter");
    await admin.getByText("CHAT-6x7-2026").first().waitFor();
    await visit(admin, `${server.url}/platform/requests/${requestIds[0]}`);
    await admin.getByText("CHAT-6x7-2026").first().waitFor();
  });

  it("is told of a batch that will not end, and gives it up", async () => {
    await pipeline.ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING'`);
    await addSessions(pipeline.ctx, 4, { company: "Stuck & Sons" });
    // None of its lines runs: what a cancel brings does not depend on when it is taken.
    await setFaults(pipeline.emulator, ["stuck_in:status=validating"]);
    await batchCreator(pipeline.ctx);
    await batchPoller(pipeline.ctx);
    await pipeline.ctx.db.query(
      `UPDATE "AIBatchRequest" b SET "expiresAt" = now() - interval '3 days' FROM "Company" c
        WHERE c."id" = b."companyId" AND c."name" = 'Stuck & Sons'`,
    );
    await visit(admin, `${server.url}/platform`);
    await admin.getByText("1 batch will not finish without you").waitFor();
    await expectAccessible(admin);
    await admin
      .getByRole("main")
      .getByRole("link", { name: /Stuck & Sons/ })
      .first()
      .click();
    await admin.getByText("This batch is stuck").waitFor();
    await admin.getByRole("button", { name: "Give up batch" }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("The provider has lost it");
    await dialog.getByLabel(/Do not wait/).check();
    await expectAccessible(admin);
    await dialog.getByRole("button", { name: "Give up batch" }).click();
    await admin.getByText("The batch has been given up.").waitFor();
    await setFaults(pipeline.emulator, []);
    await admin.getByText("4 requeued").waitFor();
  });

  it("stops all spending, sees that it is stopped and by whom, and resumes it", async () => {
    await visit(admin, `${server.url}/platform`);
    await admin.getByRole("button", { name: "Stop all spending" }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("The budget is used up");
    await dialog.getByRole("button", { name: "Stop all spending" }).click();
    await admin.getByText(/By .*admin@example\.com since .*: The budget is used up/).waitFor();
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
    await expectAccessible(admin);
    await admin.getByRole("button", { name: "Resume spending" }).click();
    await dialog.getByLabel("Reason").fill("There is a new one");
    await dialog.getByRole("button", { name: "Resume spending" }).click();
    await admin.getByText("All spending is stopped", { exact: true }).waitFor({ state: "detached" });
    await admin.getByRole("button", { name: "Stop all spending" }).waitFor();
  });

  it("reads the filter of a bulk requeue in words", async () => {
    const { pool, rows } = pipeline.database;
    // Of many companies, the last by name.
    await pool.query(
      `INSERT INTO "Company" ("id", "name") SELECT 'first' || n, '!' || n FROM generate_series(1, 200) n`,
    );
    await rows.company({ id: "last", name: "Zuletzt GmbH" });
    await rows.bulkRequeue({
      id: "inwords",
      filter: { companyId: "last", errorCode: "answer_refused", errorGroup: "The model refused #" },
    });
    await visit(admin, `${server.url}/platform/bulk/inwords`);
    await admin.getByText("Company: Zuletzt GmbH").waitFor();
    await admin.getByText("Error: The model refused to answer").waitFor();
    await admin.getByText("Message: The model refused #").waitFor();
    expect(await admin.getByText(/errorCode/).count()).toBe(0);
    await pool.query(`DELETE FROM "Company" WHERE "id" = 'last' OR "name" LIKE '!%'`);
  });

  it("makes a company, a model, a price, by keyboard alone where a form is", async () => {
    await visit(admin, `${server.url}/platform/companies`);
    await expectAccessible(admin);
    await admin.getByRole("button", { name: "New company" }).focus();
    await admin.keyboard.press("Enter");
    await admin.getByRole("dialog").waitFor();
    await admin.keyboard.type("Straßenbau Müller");
    await admin.keyboard.press("Enter");
    await admin.getByText("The company has been created.").waitFor();
    await admin.getByRole("link", { name: "Straßenbau Müller" }).click();
    await admin.getByRole("heading", { name: "Requests", exact: true }).waitFor();
    await expectAccessible(admin);
    await visit(admin, `${server.url}/platform/models`);
    await admin.getByRole("button", { name: "New model" }).click();
    await admin.getByRole("dialog").getByLabel("Name").fill("gpt-7-test");
    await admin.getByRole("button", { name: "Add model" }).click();
    await admin.getByRole("heading", { name: /gpt-7-test/ }).waitFor();
    await expectAccessible(admin);
    const accounts = admin.getByRole("table", { name: "Accounts at providers" });
    await accounts.getByRole("button", { name: "Disable" }).click();
    await admin.getByRole("dialog").getByLabel("Reason").fill("Moving to another account");
    await admin.getByRole("button", { name: "Disable account" }).click();
    await accounts.getByText("Disabled: Moving to another account").waitFor();
    await expectAccessible(admin);
    await accounts.getByRole("button", { name: "Enable" }).click();
    await admin.getByRole("button", { name: "Enable account" }).click();
    await accounts.getByText("In use").waitFor();
  });

  it("adds an account, replaces its key, checks, disables, enables and removes it", async () => {
    const key = "the-key-of-this-account";
    const azure = await startEmulator({ shape: "azure", apiKey: key });
    const owner = await enterAs("SUPER_ADMIN");
    try {
      await visit(owner, `${server.url}/platform/models`);
      const row = owner.getByRole("row", { name: /azure-test/ });
      const dialog = owner.getByRole("dialog");
      const press = (name: string) => row.getByRole("button", { name, exact: true }).click();
      const confirm = (name: string) => dialog.getByRole("button", { name, exact: true }).click();
      const check = async (said: string) => {
        await press("Check");
        await confirm("Check account");
        await dialog.getByText(said).waitFor();
        await expectAccessible(owner);
        await confirm("Close");
        await dialog.waitFor({ state: "detached" });
      };
      await owner.getByRole("button", { name: "New account" }).click();
      await dialog.getByLabel("Name").fill("azure-test");
      await dialog.getByLabel("Address").fill(azure.url);
      await dialog.getByLabel("API key").fill("another-key");
      await confirm("Add account");
      await row.getByText("In use").waitFor();
      await check("The account refuses its key.");
      await row.getByText("On hold").waitFor();
      await press("Replace key");
      await dialog.getByLabel("API key").fill(key);
      await expectAccessible(owner);
      await confirm("Replace key");
      await owner.getByText("The key of azure-test has been replaced.").waitFor();
      await check("The account takes its key.");
      await row.getByText("In use").waitFor();
      await press("Disable");
      await dialog.getByLabel("Reason").fill("Moving to another account");
      await confirm("Disable account");
      await row.getByText("Disabled: Moving to another account").waitFor();
      await press("Enable");
      await confirm("Enable account");
      await row.getByText("In use").waitFor();
      await press("Remove");
      await expectAccessible(owner);
      await confirm("Remove account");
      await row.waitFor({ state: "detached" });
      expect(await owner.content()).not.toContain(key);
      // What the configuration gives is changed there.
      const own = owner.getByRole("row", { name: /By the configuration/ });
      expect(await own.getByRole("button").allTextContents()).toEqual(["Check", "Disable"]);
    } finally {
      await owner.context().close();
      await azure.close();
    }
  });

  it("watches what is pending run to its end, live", async () => {
    const open = await addSessions(pipeline.ctx, 20, { company: "Van der Meer" });
    expect(open.requestIds.length).toBe(20);
    await visit(admin, `${server.url}/platform`);
    await admin.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await expectAccessible(admin);
    const schedulers = await startSchedulers(pipeline.ctx, pipeline.database.url);
    try {
      await admin.getByText("Nothing else is pending.").waitFor();
      await admin.getByText("No batches in flight.").waitFor();
    } finally {
      await schedulers.stop();
    }
    expect(complaints.filter((text) => !text.includes("status of 4"))).toEqual([]);
  });

  it("shows which results there are, says what analysing them again costs, and leads to the job", async () => {
    await setFaults(pipeline.emulator, []);
    await addSessions(pipeline.ctx, 2, { company: "Analysed twice" });
    await vi.waitFor(
      async () => {
        await batchCreator(pipeline.ctx);
        await batchPoller(pipeline.ctx);
        const { rows } = await pipeline.ctx.db.query(`SELECT 1 FROM "AnalysisResult"`);
        expect(rows).not.toEqual([]);
      },
      { timeout: 240_000 },
    );
    await visit(admin, `${server.url}/platform/models`);
    await admin.getByRole("link", { name: "Show results" }).click();
    await admin.getByRole("heading", { name: "Results", exact: true }).waitFor();
    await admin.getByText("(current)").first().waitFor();
    await expectAccessible(admin);
    await admin.getByRole("button", { name: "Analyse again" }).first().click();
    await admin.getByRole("button", { name: /^Analyse \d+ sessions? again$/ }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByText("Sessions show their old results until the new ones come.").waitFor();
    await dialog.getByLabel("Reason").fill("The prompt is better now");
    await dialog.getByRole("button", { name: "Analyse again" }).click();
    await admin.waitForURL(/\/platform\/jobs\//);
    await admin.getByText("Reanalysis").first().waitFor();
  });

  it("erases sessions of a company: is told how many, and that it cannot be undone, and follows the job", async () => {
    const { companyId, sessionIds } = await addSessions(pipeline.ctx, 3, { company: "Forgets" });
    await visit(admin, `${server.url}/platform/companies/${companyId}`);
    const erasing = admin.getByRole("region", { name: "Erase sessions" });
    await erasing.getByLabel("Sessions").fill(`${sessionIds.slice(0, 2).join("\n")}\nnobody`);
    await erasing.getByRole("button", { name: "Count sessions to erase" }).click();
    await erasing.getByText("Not there: 1 session of those named.").waitFor();
    await expectAccessible(admin);
    await erasing.getByRole("button", { name: "Erase 2 sessions" }).click();
    const dialog = admin.getByRole("dialog", { name: "Erase 2 sessions of Forgets for good?" });
    await dialog.getByText("This cannot be undone.").waitFor();
    await dialog.getByLabel("Reason").fill("They have asked for it");
    await dialog.getByRole("button", { name: "Erase", exact: true }).click();
    await admin.waitForURL(/\/platform\/jobs\//);
    await runJobs(pipeline.ctx);
    await admin.getByText("Erased sessions").waitFor();
    const { rows } = await pipeline.ctx.db.query(`SELECT "id" FROM "Session" WHERE "companyId" = $1`, [companyId]);
    expect(rows).toEqual([{ id: sessionIds[2] }]);
    await visit(support, `${server.url}/platform/companies/${companyId}`);
    await support.getByRole("heading", { name: "Forgets" }).waitFor();
    expect(await support.getByRole("region", { name: "Erase sessions" }).count()).toBe(0);
  });

  it("finds every other page without a fault", async () => {
    for (const path of [
      "/platform/keys",
      "/platform/keys/service-accounts",
      "/platform/users",
      "/platform/users?realm=company",
      "/platform/bulk",
      "/platform/results",
      "/account",
    ]) {
      await visit(admin, server.url + path);
      await admin.getByRole("heading", { level: 1 }).waitFor();
      await expectAccessible(admin);
    }
  });
});
