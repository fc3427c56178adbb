import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addExchangeRate } from "../../lib/admin/models/addExchangeRate.ts";
import { addPrice } from "../../lib/admin/models/addPrice.ts";
import { createModel } from "../../lib/admin/models/createModel.ts";
import { listExchangeRates } from "../../lib/admin/models/listExchangeRates.ts";
import { listModels } from "../../lib/admin/models/listModels.ts";
import { updateModel } from "../../lib/admin/models/updateModel.ts";
import { type CallContext, callOperation, type Operation } from "../../lib/api/operation.ts";
import { findPrice } from "../../lib/costs/price.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refusal } from "../support/refusal.ts";
import { silentLog } from "../web/support.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");
let database: TestDatabase;
let admin: CallContext;
let support: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  const ctx = consoleContext(database.pool, silentLog());
  admin = at(NOW, callerOf(ctx, "ADMIN"));
  support = callerOf(ctx, "SUPPORT");
});
afterAll(() => database.drop());

const at = (now: Date, ctx: CallContext): CallContext => ({ ...ctx, clock: { ...ctx.clock, now: () => now } });

type Given = Parameters<typeof callOperation>[2] & object;
const NUMBERS = { inputPerMillion: "2.5", cachedInputPerMillion: "0.25", outputPerMillion: "10" };
const price = (given: Given, ctx = admin) => callOperation(ctx, addPrice, { tier: "BATCH", ...NUMBERS, ...given });
const rate = (given: Given) => callOperation(admin, addExchangeRate, { currency: "USD", eurPerUnit: "0.9", ...given });

async function newModel(name: string): Promise<string> {
  return (await callOperation(admin, createModel, { name })).model.id;
}

describe("a model", () => {
  it("is made once, and taken out of use and back", async () => {
    const { model } = await callOperation(admin, createModel, { name: "gpt-7" });
    expect(model).toEqual({
      id: expect.any(String),
      name: "gpt-7",
      accountId: "default",
      providerName: null,
      isActive: true,
      createdAt: NOW.toISOString(),
      prices: [],
    });
    await expect(callOperation(admin, createModel, { name: "gpt-7" })).rejects.toEqual(refusal("conflict", "gpt-7"));
    await expect(callOperation(admin, createModel, { name: "a b" })).rejects.toEqual(refusal("invalid_input", "name"));
    const off = { id: model.id, isActive: false };
    expect((await callOperation(admin, updateModel, off)).model.isActive).toBe(false);
    expect((await callOperation(admin, updateModel, off)).model.isActive).toBe(false);
    expect((await callOperation(admin, updateModel, { id: model.id, isActive: true })).model.isActive).toBe(true);
    expect((await auditOf(database.pool, "model", model.id)).map(({ action, details }) => [action, details])).toEqual([
      ["models.create", { name: "gpt-7" }],
      ["models.update", { fields: ["isActive"], isActive: false }],
      ["models.update", { fields: ["isActive"], isActive: true }],
    ]);
    const unknown = callOperation(admin, updateModel, { id: "nobody", isActive: true });
    await expect(unknown).rejects.toEqual(refusal("not_found"));
  });

  it("is listed by name with its prices, page by page", async () => {
    const first = await callOperation(support, listModels, { limit: 4 });
    const rest = await callOperation(support, listModels, { cursor: first.nextCursor });
    const names = [...first.models, ...rest.models].map(({ name }) => name);
    expect(rest.nextCursor).toBeNull();
    expect(names).toContain("gpt-6-luna");
    const sorted = await database.pool.query(`SELECT "name" FROM "AIModel" ORDER BY "name"`);
    expect(names).toEqual(sorted.rows.map(({ name }) => name));
    const luna = [...first.models, ...rest.models].find(({ name }) => name === "gpt-6-luna");
    expect(luna?.prices).toContainEqual({
      id: "price-gpt-6-luna-batch",
      tier: "BATCH",
      currency: "USD",
      inputPerMillion: "0.050000",
      cachedInputPerMillion: "0.005000",
      outputPerMillion: "0.250000",
      effectiveFrom: "2026-10-01T00:00:00.000Z",
      effectiveUntil: null,
      isCurrent: true,
    });
    await callOperation(admin, updateModel, { id: "model-gpt-5.5", isActive: false });
    const active = await callOperation(support, listModels, { isActive: true });
    expect(active.models.map(({ name }) => name)).not.toContain("gpt-5.5");
  });
});

describe("a price", () => {
  it("is added to those before, and the one that is shown as current is the one that is charged", async () => {
    const modelId = await newModel("gpt-8");
    await price({ modelId, effectiveFrom: "2026-01-02T00:00:00Z" });
    await price({ modelId, inputPerMillion: "2" });
    const { model } = await price({ modelId, inputPerMillion: "1", effectiveFrom: "2027-01-01T00:00:00+01:00" });
    expect(model.prices.map(({ inputPerMillion, isCurrent }) => [inputPerMillion, isCurrent])).toEqual([
      ["1.000000", false],
      ["2.000000", true],
      ["2.500000", false],
    ]);
    for (const moment of ["2026-11-24T11:59:59Z", "2026-11-24T12:00:00Z", "2026-12-31T23:00:00Z"]) {
      const now = new Date(moment);
      const { models } = await callOperation(at(now, support), listModels, {});
      const current = models.find(({ id }) => id === modelId)?.prices.filter(({ isCurrent }) => isCurrent);
      expect(current?.map(({ id }) => id)).toEqual([(await findPrice(database.pool, "gpt-8", now)).pricingId]);
    }
    const audit = await auditOf(database.pool, "model", modelId);
    expect(audit[2]).toMatchObject({ action: "models.add_price", outcome: "done" });
    expect(audit[2]?.details).toMatchObject({ tier: "BATCH", currency: "USD", effectiveFrom: NOW.toISOString() });
  });

  it("is not dated back where there is one already, and one moment has one price", async () => {
    const modelId = await newModel("gpt-9");
    await price({ modelId });
    const past = { modelId, effectiveFrom: "2026-11-24T11:59:59Z" };
    await expect(price(past)).rejects.toEqual(refusal("invalid_input", "effectiveFrom: is in the past"));
    await expect(price({ modelId })).rejects.toEqual(refusal("conflict"));
    // The other tier has none yet.
    expect((await price({ ...past, tier: "SYNC" })).model.prices).toHaveLength(2);
    const others = await newModel("gpt-10");
    const together = Array.from({ length: 5 }, (_, index) =>
      price({ modelId: others, effectiveFrom: `2026-02-0${index + 1}T00:00:00Z` }),
    );
    const ends = await Promise.allSettled(together);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it.each([
    [{ inputPerMillion: "-1" }, "inputPerMillion: must be a decimal number"],
    [{ outputPerMillion: "1e3" }, "outputPerMillion: must be a decimal number"],
    [{ outputPerMillion: "0.1234567" }, "outputPerMillion: must be a decimal number"],
    [{ outputPerMillion: 5 }, "outputPerMillion"],
    [{ currency: "usd" }, "currency: is not an ISO 4217 currency"],
    [{ currency: "CHF" }, "currency: CHF has no exchange rate at that time. Add one first"],
    [{ tier: "FREE" }, "tier"],
    [{ effectiveFrom: "2027-01-01" }, "effectiveFrom"],
  ])("is refused with %j", async (given, sentence) => {
    const modelId = "model-gpt-6-sol";
    await expect(price({ modelId, ...given })).rejects.toEqual(refusal("invalid_input", sentence));
    await expect(price({ modelId: "nobody" })).rejects.toEqual(refusal("not_found"));
  });
});

describe("an exchange rate", () => {
  it("is added to those before", async () => {
    await rate({ eurPerUnit: "0.9" });
    const { exchangeRate } = await rate({ eurPerUnit: "0.95", effectiveFrom: "2027-01-01T00:00:00Z" });
    expect(exchangeRate).toMatchObject({ currency: "USD", eurPerUnit: "0.950000", isCurrent: false });
    const first = await callOperation(at(NOW, support), listExchangeRates, { currency: "USD", limit: 2 });
    const rest = await callOperation(at(NOW, support), listExchangeRates, {
      currency: "USD",
      cursor: first.nextCursor,
    });
    const all = [...first.exchangeRates, ...rest.exchangeRates];
    expect(all.map(({ eurPerUnit, isCurrent }) => [eurPerUnit, isCurrent])).toEqual([
      ["0.950000", false],
      ["0.900000", true],
      ["0.860000", false],
    ]);
    expect(await auditOf(database.pool, "exchange_rate", exchangeRate.id)).toMatchObject([
      { action: "models.add_exchange_rate", details: { currency: "USD", effectiveFrom: "2027-01-01T00:00:00.000Z" } },
    ]);
  });

  it("makes prices in its currency possible", async () => {
    const dated = { currency: "GBP", eurPerUnit: "1.15", effectiveFrom: "2020-01-01T00:00:00Z" };
    expect((await rate(dated)).exchangeRate.isCurrent).toBe(true);
    const modelId = await newModel("gpt-11");
    await price({ modelId, currency: "GBP" });
    const { eurPerToken } = await findPrice(database.pool, "gpt-11", NOW);
    expect(Number(eurPerToken[0])).toBe((2.5 * 1.15) / 1e6);
  });

  it.each([
    [{ currency: "EUR" }, "is the base currency"],
    [{ eurPerUnit: "0" }, "must be more than 0"],
    [{ eurPerUnit: "0.000" }, "must be more than 0"],
    [{ effectiveFrom: "2026-11-24T11:00:00Z" }, "effectiveFrom: is in the past"],
  ])("is refused with %j", async (given, sentence) => {
    await expect(rate(given)).rejects.toEqual(refusal("invalid_input", sentence));
  });

  it("is refused where that moment has one, and to those who only read", async () => {
    await expect(rate({ effectiveFrom: "2027-01-01T00:00:00Z" })).rejects.toEqual(refusal("conflict"));
    const writing: readonly Operation[] = [addExchangeRate, addPrice, createModel, updateModel];
    for (const operation of writing) {
      await expect(callOperation(support, operation, operation.example)).rejects.toEqual(refusal("forbidden"));
    }
  });
});
