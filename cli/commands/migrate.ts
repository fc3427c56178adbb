import { grantsScript } from "../../lib/db/grantsScript.ts";
import { LiveDashError } from "../../lib/errors.ts";
import { loadConfig, openRuntime } from "../runtime.ts";
import { checkMigrations } from "./migrateCheck.ts";

interface MigrateOptions {
  printGrants?: boolean;
  check?: boolean;
}

/** Brings the database up to date, and says what it did; or what it would do, or prints what an administrator runs for it. */
export async function migrate({ printGrants = false, check = false }: MigrateOptions): Promise<void> {
  if (printGrants) return printGrantsScript();
  if (check) return await checkMigrations();
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "warn" }, renewRights: true });
  try {
    const applied = runtime.appliedMigrations;
    for (const name of applied) process.stdout.write(`applied ${name}\n`);
    if (applied.length === 0) process.stdout.write("The database is up to date.\n");
  } finally {
    await runtime.close();
  }
}

/** Asks no database: whoever needs this may not be let in yet. */
function printGrantsScript(): void {
  const { DATABASE_URL: app, DIRECT_DATABASE_URL: owner, TENANT_DATABASE_URL: tenant } = loadConfig();
  if (app === undefined) {
    // On stdout, psql would take it for a script that does nothing, and say that all went well.
    throw new LiveDashError(
      "database_url_missing",
      "There are no grants to print: DATABASE_URL is not set. If you have set it, it was not read; LiveDash sets up its embedded database by itself.",
    );
  }
  process.stdout.write(grantsScript({ app, owner, tenant }));
}
