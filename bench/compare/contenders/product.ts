import { setTimeout as delay } from "node:timers/promises";
import { oneAccount } from "../../../lib/accounts/openAccounts.ts";
import { readConfig } from "../../../lib/config.ts";
import { createContext } from "../../../lib/context.ts";
import { openPool } from "../../../lib/db/pool.ts";
import { findOrCreateCompany } from "../../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../../lib/import/importCsv.ts";
import { openLog } from "../../../lib/observability/log.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";
import type { Contender, Given } from "../contender.ts";

const POLLING_MS = 100;

/** LiveDash itself. */
export async function open({ databaseUrl, provider: baseURL, csv, lines = 50_000 }: Given): Promise<Contender> {
  const db = openPool(databaseUrl);
  const config = readConfig({ BATCH_POLLING_INTERVAL: `${POLLING_MS}ms`, BATCH_MAX_LINES: String(lines) });
  const base = createContext({ config, db, log: openLog({ level: "error", format: "json" }) });
  const given = { apiKey: "bench", baseURL, endpoint: config.OPENAI_ENDPOINT, sleep: base.clock.sleep };
  const provider = openProvider("openai", given);
  const ctx = { ...base, ...oneAccount(provider) };
  const numberOf = async (sql: string) => (await db.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
  return {
    import: async () => {
      const company = await findOrCreateCompany(ctx, { name: "Bench", timeZone: "UTC" });
      await importCsv(ctx, { companyId: company.id, source: { kind: "file", path: csv } });
    },
    create: async () => {
      await batchCreator(ctx);
    },
    collect: async () => {
      while ((await numberOf(`SELECT count(*)::int AS "n" FROM "AIBatchRequest" WHERE "processedAt" IS NULL`)) > 0) {
        await batchPoller(ctx);
        await delay(POLLING_MS / 10);
      }
    },
    count: () => numberOf(`SELECT count(*)::int AS "n" FROM "AnalysisResult"`),
    close: async () => {
      await provider.close();
      await db.end();
    },
  };
}
