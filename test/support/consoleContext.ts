import { openMeasuring } from "../../cli/measuring.ts";
import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import type { Database } from "../../lib/db/pool.ts";
import type { Logger } from "../../lib/observability/log.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";

/** What a console is given. Its provider cannot be reached: pages that only read do not ask it. */
export function consoleContext(db: Database, log: Logger, env: Record<string, string> = {}): PipelineContext {
  const config = readConfig({ LIVEDASH_SECRET: "a secret that only tests know, thirty-two", ...env });
  const provider = openProvider("openai", { apiKey: "none", baseURL: "http://127.0.0.1:9" });
  const context = createContext({ config, db, log });
  return { ...context, ...oneAccount(provider), metrics: openMeasuring(context).metrics };
}
