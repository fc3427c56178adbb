import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { requeueRequests } from "../../../lib/admin/requests/requeueRequests.ts";
import { callOperation } from "../../../lib/api/operation.ts";
import { sealAudit } from "../../../lib/audit/sealAudit.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { startSchedulers } from "../../../lib/schedulers.ts";
import { callerOf } from "../../support/caller.ts";
import { runJobs } from "../../support/jobs.ts";
import { addSessions } from "../../support/pipeline.ts";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { admin, failSome, pipeline, server, support, testOperators } from "./support.ts";

// The first batch takes so long that there is time to cancel it.
testOperators(["slow_batch:once:factor=200"]);

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

  it("watches a request while somebody else requeues it, and reads who did", async () => {
    const [id = ""] = await failSome("Just Now GmbH", 1);
    await visit(admin, `${server.url}/platform/requests/${id}`);
    await admin.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await callOperation(callerOf(pipeline.ctx, "SUPER_ADMIN"), requeueRequests, { requestIds: [id] });
    await admin.getByText(/Requeued by key of SUPER_ADMIN/).waitFor();
    await admin.getByText("Pending", { exact: true }).first().waitFor();
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
});
