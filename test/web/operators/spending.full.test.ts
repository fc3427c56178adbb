import { describe, expect, it } from "vitest";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { setFaults } from "../../support/emulatorControl.ts";
import { addSessions } from "../../support/pipeline.ts";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { admin, pipeline, server, testOperators } from "./support.ts";

testOperators();

describe("an operator", () => {
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
});
