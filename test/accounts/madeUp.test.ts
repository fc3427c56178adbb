import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chooseProvider } from "../../cli/provider.ts";
import { EMULATOR } from "../../lib/accounts/account.ts";
import { createProviderAccount } from "../../lib/admin/accounts/createProviderAccount.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { readConfig } from "../../lib/config.ts";
import { startTwoAccounts, type TwoAccounts } from "../support/accounts.ts";
import { callerOf } from "../support/caller.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refusal } from "../support/refusal.ts";

// Answers of the built-in emulator and real ones never stand in one database (docs/decisions/0018-accounts.md).

const OPENAI = { OPENAI_API_KEY: "k" };
const AZURE = { AZURE_OPENAI_ENDPOINT: "https://example.openai.azure.com", AZURE_OPENAI_API_KEY: "k" };
const NOTHING = {};

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "livedash-made-up-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});
afterEach(async () => {
  await database.pool.query(`DELETE FROM "AIBatchRequest"`);
  await database.pool.query(`DELETE FROM "ProviderAccount" WHERE "id" <> 'default'`);
});

/** Chooses as every start does, and closes it again. */
async function choose(variables: Record<string, string>): Promise<string> {
  const { provider, close } = await chooseProvider(readConfig(variables), database.pool, folder);
  await close();
  return provider.name;
}

const mixed = (message: string) =>
  expect.objectContaining({
    code: "emulator_mixed",
    message: expect.stringMatching(new RegExp(`^${message}.*Use a separate database`)),
  });

describe("a start", () => {
  it.each([
    ["the emulator", NOTHING, EMULATOR],
    ["OpenAI", OPENAI, "openai"],
    ["Azure", AZURE, "azure"],
  ])("with %s is no matter where nothing was answered", async (_, variables, name) => {
    expect(await choose(variables)).toBe(name);
  });

  it("goes on with the emulator where it has answered, and with no other", async () => {
    await database.rows.batch({ provider: EMULATOR, status: "PROCESSED" });
    expect(await choose(NOTHING)).toBe(EMULATOR);
    for (const variables of [OPENAI, AZURE]) {
      await expect(choose(variables)).rejects.toEqual(
        mixed("This database holds answers from the built-in emulator\\."),
      );
    }
  });

  it.each(["openai", "azure"])("goes over from %s to another provider, and never to the emulator", async (provider) => {
    await database.rows.batch({ provider, status: "PROCESSED" });
    expect(await choose(OPENAI)).toBe("openai");
    expect(await choose(AZURE)).toBe("azure");
    await expect(choose(NOTHING)).rejects.toEqual(mixed("This database belongs to real accounts.* Set OPENAI_API_KEY"));
  });

  it("is not with the emulator once a real account was added, though nothing was sent to it", async () => {
    await database.rows.account({ id: "azure-eu" });
    expect(await choose(OPENAI)).toBe("openai");
    await expect(choose(NOTHING)).rejects.toEqual(mixed("This database belongs to real accounts"));
  });
});

describe("a real account", () => {
  let two: TwoAccounts;
  afterEach(() => two.close());

  const add = (answers: string) => {
    const provider = new Proxy(two.ctx.provider, {
      get: (of, field, self) => (field === "name" ? answers : Reflect.get(of, field, self)),
    });
    const input = { id: "openai-us", kind: "openai" as const, key: "one-that-is-new" };
    return callOperation(callerOf({ ...two.ctx, provider }, "SUPER_ADMIN"), createProviderAccount, input);
  };

  it("is not added where the emulator answers, though it has answered nothing yet", async () => {
    two = await startTwoAccounts();
    await expect(add(EMULATOR)).rejects.toEqual(refusal("conflict", "The built-in emulator answers"));
    expect((await add("openai")).account.id).toBe("openai-us");
  });
});
