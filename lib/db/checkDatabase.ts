import type { ClientBase } from "pg";
import { hasSchema } from "./makeSchema.ts";
import { findMissing, readMigrations } from "./migrate.ts";
import { withMigrationClient } from "./migrationClient.ts";
import { QUEUE_VERSION, readQueue } from "./queueSchema.ts";
import { schemaIn } from "./searchPath.ts";
import { readStanding } from "./standing.ts";

/** What `livedash migrate` would make of a database. */
interface Outstanding {
  /** The migrations that it lacks, in order. */
  migrations: string[];
  /** Whether the schedulers' tables are missing, or older than those of this release. */
  queue: boolean;
}

/**
 * Looks what a database lacks, in a transaction that can change nothing.
 * @param variable the one that names the database
 * @throws LiveDashError as `prepareDatabase` does
 */
export async function checkDatabase(databaseUrl: string, variable: string): Promise<Outstanding> {
  const migrations = await readMigrations();
  return await withMigrationClient(databaseUrl, variable, async (client) => {
    await client.query("BEGIN READ ONLY");
    const schema = schemaIn(databaseUrl);
    if (schema !== undefined && !(await hasSchema(client, schema))) {
      return { migrations: migrations.map(({ name }) => name), queue: true };
    }
    const { owns, user } = await readStanding(client);
    const missing = owns === undefined ? migrations : await findMissing(client, migrations, user);
    const queue = await lacksQueue(client);
    await client.query("ROLLBACK");
    return { migrations: missing.map(({ name }) => name), queue };
  });
}

async function lacksQueue(client: ClientBase): Promise<boolean> {
  const { owns, version } = await readQueue(client);
  return owns === undefined || (version !== undefined && version < QUEUE_VERSION);
}
