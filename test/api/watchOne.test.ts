import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { versionOf } from "../../lib/live/followOne.ts";
import { addKey } from "../support/people.ts";
import { insertBatch, insertSessions } from "../web/support.ts";
import { namesUntil, watchEvents } from "./events.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const PATHS = {
  batch: "/api/admin/batches/b1/events",
  request: "/api/admin/legacy/requests/r1/events",
  bulk: "/api/admin/bulk/bulk1/events",
  import: "/api/admin/legacy/imports/import1/events",
};

let console_: TestConsole;
let headers: Record<string, string>;
beforeAll(async () => {
  console_ = await startTestConsole();
  ({ headers } = await addKey(console_.ctx, "SUPPORT"));
  await insertSessions(console_, 2);
  await insertBatch(console_, "b1", "IN_PROGRESS", 10);
  await console_.database.rows.bulkRequeue({ id: "bulk1" });
  await console_.database.rows.importRun({ id: "import1", companyId: "c1" });
});
afterAll(() => console_.close());

describe("following one thing", () => {
  it("sends its parts, then again what changes, with a version that changes too", async () => {
    const viewer = watchEvents(console_, PATHS.batch, headers);
    let first: unknown;
    const all = await namesUntil(viewer, "version", (version) => {
      first = version;
      return true;
    });
    expect(all).toEqual(expect.arrayContaining(["batch", "timeline", "outcomes", "errors"]));
    await console_.sql(
      `UPDATE "AIBatchRequest" SET "providerCounts" = '{"total":10,"completed":4,"failed":1}' WHERE "id" = 'b1'`,
    );
    const names = await namesUntil(viewer, "version", (version) => version !== first);
    expect(names.filter((name) => name !== "source")).toEqual(["batch", "version"]);
    await viewer.return(undefined);
  });

  it.each(Object.entries(PATHS))("can be done with a %s", async (kind, path) => {
    const viewer = watchEvents(console_, path, headers);
    const names = await namesUntil(viewer, "version", (version) => /^[\w-]{22}$/.test(version));
    expect(names).toContain(kind);
    await viewer.return(undefined);
  });

  it("answers 404 for what there is not, and 403 to who may not see it", async () => {
    expect((await call(console_, "/api/admin/batches/missing/events", { headers })).status).toBe(404);
    const other = await addKey(console_.ctx, "SUPPORT", { scopes: ["audit.read"] });
    for (const path of Object.values(PATHS)) {
      expect((await call(console_, path, { headers: other.headers })).status).toBe(403);
    }
  });

  it("has the same version for the same, and another for anything else", () => {
    expect(versionOf({ a: 1, b: [2] })).toBe(versionOf({ a: 1, b: [2] }));
    expect(versionOf({ a: 1, b: [2] })).not.toBe(versionOf({ a: 1, b: [3] }));
  });
});
