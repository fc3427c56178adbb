import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eraseSessions } from "../../lib/admin/erasure/eraseSessions.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withFirstEnded } from "../support/firstEnded.ts";
import { runJobs } from "../support/jobs.ts";
import { silentLog } from "../web/support.ts";
import { erase, reason } from "./support.ts";

let database: TestDatabase;
let ctx: PipelineContext;
beforeEach(async () => {
  database = await createTestDatabase();
  ctx = consoleContext(database.pool, silentLog());
});
afterEach(() => database.drop());

const rowsOf = async (sql: string, ...values: unknown[]) => (await database.owner.query(sql, values)).rows;
const idsLeft = async () => (await rowsOf(`SELECT "id" FROM "Session" ORDER BY 1`)).map(({ id }) => id);
const jobs = () => rowsOf(`SELECT "state", "done", "total", "outcome" FROM "Job"`);
const ask = (filter: object, more: object = {}) =>
  callOperation(callerOf(ctx, "ADMIN"), eraseSessions, { filter, reason, ...more });
const all = { companyId: "acme", all: true };

describe("what an erasure is about", () => {
  it("can be said by when sessions were first imported, whenever they were held", async () => {
    await database.rows.sessions(4, (n) => ({
      id: `s${n}`,
      companyId: "acme",
      startTime: `2026-0${5 - n}-01T00:00:00Z`,
      createdAt: `2026-0${n + 4}-01T00:00:00Z`,
    }));
    const [from, before] = ["2026-06-01T00:00:00Z", "2026-08-01T00:00:00Z"];
    const preview = async (filter: object) => (await ask({ companyId: "acme", ...filter }, { preview: true })).sessions;
    expect(await preview({ importedFrom: from })).toBe(3);
    expect(await preview({ importedBefore: before })).toBe(3);
    expect(await preview({ importedFrom: from, importedBefore: before, before: "2026-03-01T00:00:00Z" })).toBe(1);
    const { before: said, job } = await erase(ctx, { companyId: "acme", importedFrom: from, importedBefore: before });
    expect(said).toEqual({ sessions: 2, inFlight: 0, unknown: 0 });
    expect(job).toMatchObject({ done: 2, outcome: { erased: 2 } });
    expect(await idsLeft()).toEqual(["s1", "s4"]);
  });

  it.each([true, false])("has to be of a company that is there (preview: %s)", async (preview) => {
    await database.rows.sessions(1, { companyId: "acme" });
    await expect(ask({ companyId: "nobody", all: true }, { preview })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("company"),
    });
    expect(await jobs()).toEqual([]);
    expect(await idsLeft()).toHaveLength(1);
  });

  it("is found in rows that could not be read, however many there are, and in those alone that show their id", async () => {
    await database.rows.sessions([{ companyId: "acme", externalSessionId: "gone" }]);
    const [run] = await database.rows.importRuns([{ companyId: "acme", finishedAt: new Date() }]);
    const importRunId = run?.id ?? "";
    await database.rows.badRows(1_100, (n) => ({
      importRunId,
      raw: n % 100 === 0 ? `gone,row ${n}` : `other,row ${n}`,
    }));
    // Of some there is nothing but where they stood.
    await database.owner.query(`UPDATE "ImportBadRow" SET "raw" = NULL WHERE "line" % 100 = 1`);
    const { job } = await erase(ctx, { companyId: "acme", sessions: ["gone"] });
    expect(job?.outcome).toEqual({ erased: 1, dropped: 0, badRows: 11 });
    expect(
      await rowsOf(
        `SELECT count(*)::int AS "all", count("raw")::int AS "shown", count(*) FILTER (WHERE "raw" LIKE 'gone%')::int AS "gone"
           FROM "ImportBadRow"`,
      ),
    ).toEqual([{ all: 1_089, shown: 1_078, gone: 0 }]);
  });
});

describe("an erasure whose sessions take too long to be counted", () => {
  beforeEach(() => database.rows.sessions(2, { companyId: "acme" }));

  it("says so beforehand, by no number at all, and can be asked for", async () => {
    const uncounted = (more: object) => withFirstEnded(database.owner, "Session", "cancel", () => ask(all, more));
    expect(await uncounted({ preview: true })).toEqual({ sessions: null, inFlight: null, unknown: 0, jobId: null });
    expect(await jobs()).toEqual([]);
    const asked = await uncounted({});
    expect(asked).toEqual({ sessions: null, inFlight: null, unknown: 0, jobId: expect.any(String) });
    await runJobs(ctx);
    expect(await jobs()).toEqual([
      { state: "DONE", done: 2, total: 2, outcome: expect.objectContaining({ erased: 2 }) },
    ]);
    expect(await idsLeft()).toEqual([]);
  });

  it("is done all the same, and counts what it erases", async () => {
    await ask(all);
    await database.owner.query(`
      CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO noted VALUES (NEW."done", NEW."total"); RETURN NEW; END $$;
      CREATE TABLE noted (done int, total int);
      GRANT INSERT ON noted TO PUBLIC;
      CREATE TRIGGER note_it BEFORE UPDATE OF "done" ON "Job" FOR EACH ROW EXECUTE FUNCTION note_it()`);
    await withFirstEnded(database.owner, "Session", "cancel", () => runJobs(ctx));
    expect(await idsLeft()).toEqual([]);
    expect(await jobs()).toMatchObject([{ state: "DONE", done: 2, total: 2 }]);
    // How many there are is not known before it is done.
    expect(await rowsOf("SELECT * FROM noted")).toEqual([
      { done: 2, total: null },
      { done: 2, total: null },
      { done: 2, total: 2 },
    ]);
  });

  it("is not asked for where the connection is lost meanwhile", async () => {
    await expect(withFirstEnded(database.owner, "Session", "terminate", () => ask(all))).rejects.toMatchObject({
      code: "57P01",
    });
    expect(await jobs()).toEqual([]);
    expect(
      await rowsOf(`SELECT 1 FROM "SecurityAuditLog" WHERE "action" = 'sessions.erase' AND "outcome" = 'done'`),
    ).toEqual([]);
    expect(await idsLeft()).toHaveLength(2);
  });
});
