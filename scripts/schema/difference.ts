import { fileURLToPath } from "node:url";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { diffToSchema } from "./engine.ts";

const inProject = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
export const SCHEMA_FILE = inProject("prisma/schema.prisma");
export const MIGRATIONS_DIR = inProject("prisma/migrations");

type Description = { schemaFile?: string; migrationsDir?: string };

/**
 * The SQL that is missing from the migrations to reach the schema, found on a server that lives only as long; "" when
 * there is none. What Prisma's schema language cannot say (partial indexes, indexes on expressions, checks, triggers,
 * functions, storage settings) is left to the migrations and is never part of it.
 */
export async function schemaDifference(description: Description = {}): Promise<string> {
  const { schemaFile = SCHEMA_FILE, migrationsDir = MIGRATIONS_DIR } = description;
  return await onMigratedDatabase((url) => diffToSchema({ url, schemaFile }), migrationsDir);
}

/** Does something with the address of a freshly migrated database, on a server that lives only as long. */
export async function onMigratedDatabase<T>(
  work: (url: string) => Promise<T>,
  migrationsDir = MIGRATIONS_DIR,
): Promise<T> {
  const server = await startTemporaryPostgres({ database: "schema" });
  try {
    await applyMigrations({ databaseUrl: server.url, migrationsDir });
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

/** Lets a script of two seconds end in order when it is interrupted, so that it leaves no server behind. */
export function endInOrder(): void {
  const remember = () => {
    process.exitCode = 130;
  };
  process.on("SIGINT", remember);
  process.on("SIGTERM", remember);
}
