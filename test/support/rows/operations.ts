import { randomUUID } from "node:crypto";
import type { Sql } from "../../../lib/db/pool.ts";
import { COMPANY, madeAt } from "./conversations.ts";
import { tableOf } from "./table.ts";

/** Rows of what operators do and set: imports, bulk requeues, models and their prices. */
export function operationsIn(sql: Sql) {
  /** An import is open, as one that runs is, unless it is given an end. */
  const importRuns = tableOf(sql, "ImportRun", () => ({ id: randomUUID(), companyId: COMPANY, source: "chats.csv" }));
  const badRows = tableOf(sql, "ImportBadRow", (_, n) => ({
    line: n,
    code: "bad_date",
    reason: "The start is not a date.",
    raw: `row ${n}`,
  }));
  const bulkRequeues = tableOf(sql, "BulkRequeue", (_, n, count) => ({
    id: randomUUID(),
    filter: {},
    cutoff: madeAt(n, count),
    reason: "The provider was down",
    matched: 1,
    createdBy: "boss@example.com",
  }));
  const jobs = tableOf(sql, "Job", () => {
    const targetId = randomUUID();
    const input = { bulkId: targetId };
    return {
      id: randomUUID(),
      kind: "bulk-requeue",
      input,
      targetType: "bulk_requeue",
      targetId,
      askedBy: "boss@example.com",
    };
  });
  /** An account besides the one of the variables, without a key. */
  const accounts = tableOf(sql, "ProviderAccount", () => ({ id: "azure-eu", kind: "azure" }));
  const models = tableOf(sql, "AIModel", () => {
    const id = randomUUID();
    return { id, name: `model-${id}` };
  });
  const prices = tableOf(sql, "AIModelPricing", () => ({
    id: randomUUID(),
    tier: "BATCH" as const,
    effectiveFrom: "2026-01-01T00:00:00Z",
  }));
  const exchangeRates = tableOf(sql, "ExchangeRate", () => ({
    id: randomUUID(),
    effectiveFrom: "2026-01-01T00:00:00Z",
  }));
  const companyModels = tableOf(sql, "CompanyAIModel", () => ({ companyId: COMPANY, isDefault: true }));
  const budgets = tableOf(sql, "ModelBudget", () => ({ model: "gpt-6-luna", learnedAt: new Date() }));
  return { importRuns, badRows, bulkRequeues, jobs, accounts, models, prices, exchangeRates, companyModels, budgets };
}
