import { describe, expect, it } from "vitest";
import { findOrCreateCompany } from "../../../lib/import/findOrCreateCompany.ts";
import { runJobs } from "../../support/jobs.ts";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { admin, pipeline, server, testOperators } from "./support.ts";

testOperators();

describe("an operator", () => {
  it("uploads a CSV, and sees what became of its rows", async () => {
    await findOrCreateCompany(pipeline.ctx, { name: "Van der Meer" });
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
});
