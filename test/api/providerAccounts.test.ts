import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAccounts } from "../../lib/accounts/openAccounts.ts";
import { openStored } from "../../lib/accounts/openStored.ts";
import { checkProviderAccount } from "../../lib/admin/accounts/checkProviderAccount.ts";
import { createProviderAccount } from "../../lib/admin/accounts/createProviderAccount.ts";
import { disableProviderAccount } from "../../lib/admin/accounts/disableProviderAccount.ts";
import { enableProviderAccount } from "../../lib/admin/accounts/enableProviderAccount.ts";
import { listProviderAccounts } from "../../lib/admin/accounts/listProviderAccounts.ts";
import { removeProviderAccount } from "../../lib/admin/accounts/removeProviderAccount.ts";
import { replaceProviderKey } from "../../lib/admin/accounts/replaceProviderKey.ts";
import { createModel } from "../../lib/admin/models/createModel.ts";
import { rotateSecret } from "../../lib/admin/secret/rotateSecret.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { readConfig } from "../../lib/config.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { listStops } from "../../lib/throttle/providerStop.ts";
import { EU, startTwoAccounts, type TwoAccounts } from "../support/accounts.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { inEachAccount } from "../support/inEachAccount.ts";
import { addSessions } from "../support/pipeline.ts";
import { refusal } from "../support/refusal.ts";

let two: TwoAccounts;
let owner: CallContext;
beforeEach(async () => {
  two = await startTwoAccounts();
  owner = callerOf(two.ctx, "SUPER_ADMIN");
});
afterEach(() => two.close());

const KEY = "a-key-that-nobody-sees";
const US = { id: "azure-us", kind: "azure", address: "https://example.openai.azure.com", key: KEY };
const add = (change: object = {}) => callOperation(owner, createProviderAccount, { ...US, ...change });
const check = async (as = owner) => (await callOperation(as, checkProviderAccount, { id: EU.id })).check;
const read = async (id: string) => {
  const { accounts } = await callOperation(owner, listProviderAccounts, {});
  return accounts.find((account) => account.id === id);
};

describe("an account", () => {
  it("is added, listed without its key, and its key lies encrypted in the database", async () => {
    const { account } = await add();
    expect(account).toMatchObject({ id: "azure-us", kind: "azure", hasKey: true, models: [], openBatches: 0 });
    expect(await read("default")).toMatchObject({ kind: null, hasKey: false });
    const { rows } = await two.ctx.db.query(`SELECT row_to_json(a)::text AS "all" FROM "ProviderAccount" a`);
    expect(JSON.stringify(rows)).not.toContain(KEY);
    const records = await auditOf(two.database.pool, "provider_account", "azure-us");
    expect(records).toMatchObject([{ action: "accounts.create" }]);
    expect(JSON.stringify(records)).not.toContain(KEY);
    await expect(add({ key: "yet-another-key" })).rejects.toEqual(refusal("conflict", "already exists"));
  });

  it.each([
    [{ id: "openai" }, "id: is reserved; choose another name"],
    [{ id: "Azure US" }, "id: must be lowercase"],
    [{ address: undefined }, "address: is needed"],
    [{ address: "https://user:password@example.com" }, "address: must not contain a user name"],
    [{ key: " a key" }, "key: "],
    [{ kind: "other" }, "kind: "],
  ])("with %j is refused, and says why", async (change, why) => {
    await expect(add(change)).rejects.toEqual(refusal("invalid_input", why));
  });

  it("is not added where the emulator's answers are", async () => {
    await two.database.rows.batch({ provider: "emulator" });
    await expect(add()).rejects.toEqual(refusal("conflict", "made-up answers never mix"));
  });

  it("is checked: it answers, its key is refused, it cannot be opened", async () => {
    const check = async (id: string) => (await callOperation(owner, checkProviderAccount, { id })).check;
    expect(await check(EU.id)).toEqual({ state: "answers", message: null, may: { batches: true, files: true } });
    await callOperation(owner, replaceProviderKey, { id: EU.id, key: KEY });
    const refused = await check(EU.id);
    expect(refused).toMatchObject({ state: "refuses", may: null });
    expect(refused.message).not.toContain(KEY);
    expect(await listStops(two.ctx)).toMatchObject([{ provider: EU.id }]);
    await callOperation(owner, replaceProviderKey, { id: EU.id, key: EU.key });
    expect(await check(EU.id)).toMatchObject({ state: "answers" });
    expect(await listStops(two.ctx)).toEqual([]);
    await setFaults(two.eu, ["http_error:status=503"]);
    expect(await check(EU.id)).toMatchObject({ state: "silent" });
    await two.ctx.db.query(
      `UPDATE "ProviderAccount" SET "apiKey" = 'sealed:v1:nothing', "version" = 9 WHERE "id" = $1`,
      [EU.id],
    );
    expect(await check(EU.id)).toMatchObject({ state: "broken", message: expect.stringContaining("decrypted") });
    await expect(check("nobody")).rejects.toEqual(refusal("not_found"));
  });

  it("is checked as to what its key may read: one that may list no files is told so, and why", async () => {
    await addSessions(two.ctx, 1, { model: EU.model });
    await inEachAccount(two.ctx, batchCreator);
    expect(await check()).toEqual({ state: "answers", message: null, may: { batches: true, files: true } });
    await setFaults(two.eu, ["http_error:status=403,method=GET,path=/v1/files,message=No files for this key"]);
    expect(await check()).toEqual({
      state: "answers",
      message: expect.stringContaining("No files for this key"),
      may: { batches: true, files: false },
    });
    expect(await listStops(two.ctx)).toEqual([]);
  });

  it("is not said to be without a right where the check itself has failed", async () => {
    const account = { accountId: EU.id, provider: { ...two.ctx.provider, name: EU.id, listInputFiles } };
    async function* listInputFiles() {
      yield await Promise.reject<never>(new TypeError("no list"));
    }
    const accounts = { ...two.ctx.accounts, list: async () => ({ accounts: [account], broken: [] }) };
    await expect(check({ ...owner, accounts })).rejects.toThrow("no list");
  });

  it("that is checked as the process stops is silent without a word, and is not held back", async () => {
    const stopping = AbortSignal.abort();
    expect(await check({ ...owner, stopping })).toEqual({ state: "silent", message: null, may: null });
    expect(await listStops(two.ctx)).toEqual([]);
  });

  it("is listed with why nothing is sent to it, for as long as it refuses", async () => {
    await setFaults(two.eu, ["http_error:status=401,message=This key was withdrawn"]);
    const { message } = await check();
    expect(await read(EU.id)).toMatchObject({ stopped: { message, since: expect.any(String) } });
    expect(message).toContain("This key was withdrawn");
    expect(await read("default")).toMatchObject({ stopped: null });
    await setFaults(two.eu, []);
    await check();
    expect(await read(EU.id)).toMatchObject({ stopped: null });
  });

  it("is added beside one whose key cannot be opened any more, but not where there is no secret to open it with", async () => {
    const sealed = "sealed:v1:nothing";
    await two.ctx.db.query(`UPDATE "ProviderAccount" SET "apiKey" = $2 WHERE "id" = $1`, [EU.id, sealed]);
    expect((await add()).account).toMatchObject({ id: US.id, hasKey: true });
    const config = readConfig({});
    const without = callOperation({ ...owner, config }, createProviderAccount, { ...US, id: "azure-uk" });
    await expect(without).rejects.toMatchObject({ code: "no_secret" });
    expect(await read("azure-uk")).toBeUndefined();
  });

  it("is disabled and enabled, the default one too", async () => {
    for (const id of [EU.id, "default"]) {
      const disable = () => callOperation(owner, disableProviderAccount, { id, reason: "Moving" });
      expect(await disable()).toMatchObject({ changed: true, settled: true });
      expect(await disable()).toMatchObject({ changed: false });
      expect(await read(id)).toMatchObject({ disabled: { reason: "Moving" } });
      expect(await callOperation(owner, enableProviderAccount, { id })).toMatchObject({ changed: true });
      expect(await read(id)).toMatchObject({ disabled: null });
    }
  });

  it("is removed only while nothing belongs to it", async () => {
    await add();
    expect(await callOperation(owner, removeProviderAccount, { id: "azure-us" })).toEqual({ removed: true });
    expect(await read("azure-us")).toBeUndefined();
    const used = callOperation(owner, removeProviderAccount, { id: EU.id });
    await expect(used).rejects.toEqual(refusal("conflict", "has models (gpt-eu)"));
    await two.database.rows.batch({ provider: EU.id, status: "IN_PROGRESS" });
    const remove = () => callOperation(owner, removeProviderAccount, { id: EU.id });
    await expect(remove()).rejects.toEqual(refusal("conflict", "has 1 batch in flight. Disable it instead."));
    await two.database.rows.batch({ provider: EU.id, status: "PENDING" });
    await expect(remove()).rejects.toEqual(refusal("conflict", "has 2 batches in flight."));
    expect(await read(EU.id)).toMatchObject({ hasKey: true, openBatches: 2 });
    expect(await auditOf(two.database.pool, "provider_account", EU.id)).toEqual([]);
    const standard = callOperation(owner, removeProviderAccount, { id: "default" });
    await expect(standard).rejects.toEqual(refusal("conflict", "environment variables"));
  });

  it("has models of its own, which stay with it", async () => {
    const given = { name: "eu/mini", accountId: EU.id, providerName: "mini" };
    expect((await callOperation(owner, createModel, given)).model).toMatchObject(given);
    expect((await read(EU.id))?.models).toEqual(["eu/mini", EU.model]);
    const nowhere = callOperation(owner, createModel, { name: "lost", accountId: "nobody" });
    await expect(nowhere).rejects.toEqual(refusal("invalid_input", 'no account "nobody"'));
  });

  it("keeps its key when LIVEDASH_SECRET is replaced", async () => {
    const LIVEDASH_SECRET = "n3w-Hq8-secret-Zt5-Lp1-Vx7-Bd4-Ck9";
    const config = readConfig({ LIVEDASH_SECRET, LIVEDASH_SECRET_PREVIOUS: two.ctx.config.LIVEDASH_SECRET });
    expect(await rotateSecret({ ...owner, config }, { lost: false })).toMatchObject({
      accountKeys: { done: 1, broken: [] },
    });
    expect(await rotateSecret({ ...owner, config }, { lost: false })).toMatchObject({ accountKeys: { done: 0 } });
    const keys: string[] = [];
    const open = openStored(readConfig({ LIVEDASH_SECRET }), (key) => keys.push(key));
    const { broken } = await openAccounts(two.ctx, { provider: two.ctx.provider, open }).list(two.ctx.db);
    expect({ broken, keys }).toEqual({ broken: [], keys: [EU.key] });
  });
});

it("only owners add accounts and replace keys", async () => {
  const manager = callerOf(two.ctx, "ADMIN");
  await expect(callOperation(manager, createProviderAccount, US)).rejects.toEqual(refusal("forbidden"));
  await expect(callOperation(manager, replaceProviderKey, { id: EU.id, key: KEY })).rejects.toEqual(
    refusal("forbidden"),
  );
  expect(await callOperation(manager, checkProviderAccount, { id: EU.id })).toBeDefined();
});
