import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listJobs } from "../../lib/admin/jobs/listJobs.ts";
import { retryJob } from "../../lib/admin/jobs/retryJob.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: PipelineContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = consoleContext(database.pool, silentLog());
});
beforeEach(() => database.owner.query(`TRUNCATE "Job"`));
afterAll(() => database.drop());

const list = (input: object) => callOperation(callerOf(ctx, "SUPPORT"), listJobs, input);
async function idsOf(input: object, limit = 200): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const { jobs } of pagesOf((at) => list({ ...input, limit, ...at }))) pages.push(jobs.map(({ id }) => id));
  return pages;
}

describe("the list of jobs", () => {
  beforeEach(async () => {
    const at = (minute: number) => new Date(`2026-03-01T10:0${minute}:00Z`);
    const end = { startedAt: at(6), finishedAt: at(7) };
    await database.rows.jobs([
      { id: "a", kind: "export", createdAt: at(1), state: "DONE", ...end },
      { id: "b", kind: "import", companyId: "acme", createdAt: at(2) },
      // Asked for in the same moment: the id decides.
      { id: "c", kind: "import", companyId: "bolt", createdAt: at(3), state: "FAILED", ...end },
      { id: "d", kind: "import", companyId: "acme", createdAt: at(3), state: "FAILED", ...end },
      { id: "e", kind: "erasure", companyId: "acme", createdAt: at(4) },
    ]);
  });

  it("is newest first, whole on one page, or over as many as it takes", async () => {
    expect(await idsOf({})).toEqual([["e", "d", "c", "b", "a"]]);
    expect(await idsOf({}, 2)).toEqual([["e", "d"], ["c", "b"], ["a"]]);
    // No empty page behind one that is full.
    expect(await idsOf({}, 5)).toEqual([["e", "d", "c", "b", "a"]]);
  });

  it.each([
    [{ state: "failed" }, ["d", "c"]],
    [{ state: "queued" }, ["e", "b"]],
    [{ kind: "import" }, ["d", "c", "b"]],
    [{ companyId: "acme" }, ["e", "d", "b"]],
    [{ companyId: "acme", kind: "import", state: "failed" }, ["d"]],
    [{ state: "aborted" }, []],
  ])("has those alone that %o asks for, on each of its pages", async (filter, ids) => {
    expect(await idsOf(filter)).toEqual([ids]);
    expect((await idsOf(filter, 1)).flat()).toEqual(ids);
  });

  it("names the company of a job, and none where it is about none", async () => {
    const { jobs } = await list({ kind: "import", state: "queued" });
    expect(jobs).toMatchObject([{ id: "b", companyId: "acme", companyName: "Company acme", state: "queued" }]);
    expect((await list({ kind: "export" })).jobs).toMatchObject([{ companyId: null, companyName: null }]);
  });

  it("takes a cursor with the filter alone that it was given for", async () => {
    const { nextCursor } = await list({ kind: "import", limit: 1 });
    expect((await list({ kind: "import", limit: 2, cursor: nextCursor })).jobs.map(({ id }) => id)).toEqual(["c", "b"]);
    for (const other of [{}, { kind: "export" }, { kind: "import", state: "failed" }]) {
      await expect(list({ ...other, cursor: nextCursor })).rejects.toMatchObject({ code: "invalid_cursor" });
    }
  });
});

describe("a retry of a job of a kind that another version has", () => {
  it("is taken from those who may control jobs, for that version's workers", async () => {
    const ended = { state: "FAILED" as const, errorCode: "no_room", error: "No room.", finishedAt: new Date() };
    const { id } = await database.rows.job({ kind: "of-a-later-version", ...ended });
    await expect(callOperation(callerOf(ctx, "SUPPORT"), retryJob, { id })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await list({})).jobs).toMatchObject([{ state: "failed", errorCode: "no_room" }]);
    const { job } = await callOperation(callerOf(ctx, "ADMIN"), retryJob, { id });
    expect(job).toMatchObject({ id, state: "queued", errorCode: null, error: null, finishedAt: null });
    const { rows } = await database.owner.query(`SELECT "name", "data" FROM pgboss.job`);
    expect(rows).toEqual([{ name: "job-of-a-later-version", data: { id, round: 2 } }]);
    const records = await auditOf(database.owner, "job", id);
    expect(records.map(({ action, outcome }) => [action, outcome])).toContainEqual(["jobs.retry", "done"]);
  });
});
