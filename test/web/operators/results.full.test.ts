import { describe, expect, it, vi } from "vitest";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { setFaults } from "../../support/emulatorControl.ts";
import { runJobs } from "../../support/jobs.ts";
import { addSessions } from "../../support/pipeline.ts";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { admin, pipeline, server, support, testOperators } from "./support.ts";

testOperators();

describe("an operator", () => {
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
});
