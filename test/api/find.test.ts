import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findById } from "../../lib/admin/find/findById.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog()), "SUPPORT");
  const { rows } = database;
  await rows.company({ id: "ab_company" });
  await rows.company({ id: "other", name: "Other" });
  await rows.batch({
    id: "ab_batch",
    openaiBatchId: "batch_68f0",
    inputFileId: "file-77",
    outputFileId: "file-78",
    errorFileId: "file-79",
  });
  await rows.requests(12, (n) => ({
    id: `req${n}`,
    companyId: "other",
    session: { id: `session${n}`, externalSessionId: n < 4 ? `Chat ${"7".repeat(n)}/é` : undefined },
    processingStatus: n === 1 ? "PROCESSING_COMPLETE" : "PENDING_BATCHING",
  }));
  await rows.importRun({ id: "ab_import" });
  await rows.bulkRequeue({ id: "ab_bulk" });
});
afterAll(() => database.drop());

async function find(id: string, caller = ctx): Promise<string[]> {
  const { found } = await callOperation(caller, findById, { id });
  return found.map(({ kind, id, isExact }) => `${kind} ${id}${isExact ? "" : " …"}`);
}

describe("an id", () => {
  it("is found whatever it is of and whatever its status, exact ones before those that begin so", async () => {
    expect(await find("req1")).toEqual(["request req1", ...["req12", "req11", "req10"].map((id) => `request ${id} …`)]);
    expect((await find("ab_")).sort()).toEqual([
      "batch ab_batch …",
      "bulk ab_bulk …",
      "company ab_company …",
      "import ab_import …",
    ]);
  });

  it("says whose it is and how it stands", async () => {
    const { found } = await callOperation(ctx, findById, { id: "req1" });
    expect(found[0]).toMatchObject({ companyName: "Other", status: "processing_complete" });
  });

  it("of a session finds its requests, one of the provider the batch", async () => {
    expect(await find("session7")).toEqual(["request req7"]);
    expect(await find("session1")).toEqual(["request req1"]);
    expect(await find("batch_68f0")).toEqual(["batch ab_batch"]);
    for (const file of ["file-77", "file-78", "file-79"]) expect(await find(file)).toEqual(["batch ab_batch"]);
  });

  it("finds ten of a kind at most, and nothing where there is nothing", async () => {
    expect(await find("req")).toHaveLength(10);
    expect(await find("_")).toEqual([]);
  });

  it("finds no kind that the caller may not read", async () => {
    const scoped = { ...ctx, actor: { ...ctx.actor, permissions: new Set(["requests.read"] as const) } };
    expect(await find("ab_", scoped as CallContext)).toEqual(["bulk ab_bulk …"]);
  });

  it("that a company gave its session finds the requests, whole or by its beginning, and is shown", async () => {
    expect(await find("Chat 77/é")).toEqual(["request req2"]);
    expect(await find(" Chat 7 ")).toEqual(["request req3 …", "request req2 …", "request req1 …"]);
    expect(await find("chat 7")).toEqual([]);
    const { found } = await callOperation(ctx, findById, { id: "req2" });
    expect(found[0]).toMatchObject({ id: "req2", externalSessionId: "Chat 77/é" });
    expect((await callOperation(ctx, findById, { id: "req7" })).found[0]).toMatchObject({ externalSessionId: null });
  });

  it("may hold anything but control characters", async () => {
    expect(await find(`%_'"\\ $1`)).toEqual([]);
    await expect(callOperation(ctx, findById, { id: "a\0b" })).rejects.toThrow(/must not contain control characters/);
    await expect(callOperation(ctx, findById, { id: "x".repeat(201) })).rejects.toThrow(/id: /);
  });
});
