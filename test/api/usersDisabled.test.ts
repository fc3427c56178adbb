import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { updateUser } from "../../lib/admin/users/updateUser.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { actingAs } from "../support/acting.ts";
import { auditOf } from "../support/audit.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refusal } from "../support/refusal.ts";

const LONG_AGO = new Date("2026-01-01T00:00:00Z");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.owner.query(`TRUNCATE "PlatformUser" CASCADE`));

const update = (id: string, changes: object) =>
  callOperation(actingAs(database.pool, "SUPER_ADMIN"), updateUser, { id, ...changes });

describe("an owner of the platform who is disabled", () => {
  it("loses the role though no other owner is there: nobody is left out who could do something", async () => {
    const { id } = await database.rows.platformUser({ role: "SUPER_ADMIN", disabledAt: LONG_AGO });
    const { user } = await update(id, { role: "SUPPORT" });
    expect(user).toMatchObject({ role: "SUPPORT", disabledAt: LONG_AGO.toISOString() });
    expect(await auditOf(database.owner, "user", id)).toMatchObject([
      { action: "users.update", outcome: "done", details: { role: { from: "SUPER_ADMIN", to: "SUPPORT" } } },
    ]);
  });

  it("is no other owner: the last one who may sign in keeps the role and the account", async () => {
    await database.rows.platformUser({ role: "SUPER_ADMIN", disabledAt: LONG_AGO });
    const { id } = await database.rows.platformUser({ role: "SUPER_ADMIN" });
    for (const changes of [{ role: "SUPPORT" }, { disabled: true }]) {
      await expect(update(id, changes)).rejects.toEqual(refusal("conflict", "This is the last SUPER_ADMIN."));
    }
    expect((await update(id, { name: "The Last" })).user).toMatchObject({ role: "SUPER_ADMIN", disabledAt: null });
  });

  it("stays disabled since then when they are disabled once more", async () => {
    const { id } = await database.rows.platformUser({ role: "SUPER_ADMIN", disabledAt: LONG_AGO });
    expect((await update(id, { disabled: true })).user.disabledAt).toBe(LONG_AGO.toISOString());
  });
});
