import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the server's maintenance database; test files copy `livedash_template` for themselves. */
    serverUrl: string;
  }
}

/** One PostgreSQL for the whole run, with a migrated database as the template for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTemporaryPostgres({
    database: "livedash_template",
    settings: { max_connections: "200" },
  });
  await applyMigrations({ databaseUrl: server.url });
  const maintenance = new URL(server.url);
  maintenance.pathname = "/postgres";
  const client = new Client({ connectionString: maintenance.href });
  await client.connect();
  await client.query("ALTER DATABASE livedash_template IS_TEMPLATE true ALLOW_CONNECTIONS false");
  await client.end();
  project.provide("serverUrl", maintenance.href);
  return () => server.stop();
}
