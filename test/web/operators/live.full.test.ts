import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { findOrCreateCompany } from "../../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../../lib/import/importCsv.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { startSchedulers } from "../../../lib/schedulers.ts";
import { addSessions } from "../../support/pipeline.ts";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { admin, complaints, failSome, pipeline, server, testOperators } from "./support.ts";

testOperators();

describe("an operator", () => {
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

  it("watches what is pending run to its end, live", async () => {
    await failSome("Van der Meer", 1);
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
});
