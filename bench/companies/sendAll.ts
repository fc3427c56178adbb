import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { openLog } from "../../lib/observability/log.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { rowsIn } from "../../test/support/rows/index.ts";
import { startEmulator } from "../compare/emulator.ts";

interface Given {
  companies: number;
  /** What the provider takes for each call. */
  callMs: number;
  /** Submissions at the same time. */
  lanes: number;
}

/** What a round of creation took, and how many calls of each kind it made, such as `POST /v1/files`. */
interface Sent {
  seconds: number;
  batches: number;
  calls: Record<string, number>;
}

const SESSIONS_A_COMPANY = 3;

/** One round of creation for companies with a few sessions each, on a database and an emulator of its own. */
export async function sendAll({ companies, callMs, lanes }: Given): Promise<Sent> {
  const postgres = await startTemporaryPostgres();
  const emulator = await startEmulator("--fault", `slow_reply:ms=${callMs}ms`, "--in-progress", "1h");
  const db = openPool(postgres.url);
  const config = readConfig({});
  const base = createContext({ config, db, log: openLog({ level: "error", format: "json" }) });
  const given = { apiKey: "bench", baseURL: emulator.url, endpoint: config.OPENAI_ENDPOINT, sleep: base.clock.sleep };
  const provider = openProvider("openai", given);
  try {
    await applyMigrations({ databaseUrl: postgres.url });
    await rowsIn(db).requests(companies * SESSIONS_A_COMPANY, (n) => ({
      companyId: `company-${n % companies}`,
      session: { messages: [`How do I ask for leave in week ${n}?`] },
    }));
    const startedAt = performance.now();
    const { batches } = await batchCreator({ ...base, ...oneAccount(provider) }, lanes);
    const seconds = (performance.now() - startedAt) / 1_000;
    const ledger = await fetch(new URL("/_emulator/ledger", emulator.url));
    const { calls } = (await ledger.json()) as { calls: Record<string, number> };
    return { seconds, batches, calls };
  } finally {
    await provider.close();
    await db.end();
    emulator.child.kill("SIGTERM");
    await postgres.stop();
  }
}
