import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { openLog } from "../../lib/observability/log.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { rowsIn } from "../../test/support/rows/index.ts";
import { startEmulator } from "../compare/emulator.ts";

const SESSIONS_A_COMPANY = 3;

/** So many companies with a few sessions each, on a database and an emulator of its own, which is started with these flags. */
export async function openScene(companies: number, ...flags: string[]) {
  const postgres = await startTemporaryPostgres();
  const emulator = await startEmulator(...flags);
  const db = openPool(postgres.url);
  // As many as there are companies, at once.
  const config = readConfig({ BATCH_MAX_PER_HOUR: "0" });
  const base = createContext({ config, db, log: openLog({ level: "warn", format: "json" }) });
  const given = { apiKey: "bench", baseURL: emulator.url, endpoint: config.OPENAI_ENDPOINT, sleep: base.clock.sleep };
  const provider = openProvider("openai", given);
  const close = async () => {
    await provider.close();
    await db.end();
    emulator.child.kill("SIGTERM");
    await postgres.stop();
  };
  try {
    await applyMigrations({ databaseUrl: postgres.url });
    await rowsIn(db).requests(companies * SESSIONS_A_COMPANY, (n) => ({
      companyId: `company-${n % companies}`,
      session: { messages: [`How do I ask for leave in week ${n}?`] },
    }));
  } catch (error) {
    await close();
    throw error;
  }
  /** How many calls of each kind the emulator has had, such as `POST /v1/files`. */
  const readCalls = async () => {
    const ledger = await fetch(new URL("/_emulator/ledger", emulator.url));
    return ((await ledger.json()) as { calls: Record<string, number> }).calls;
  };
  return { ctx: { ...base, ...oneAccount(provider) }, emulator, readCalls, close };
}

export const sumOf = (calls: Record<string, number>) => Object.values(calls).reduce((sum, count) => sum + count, 0);
