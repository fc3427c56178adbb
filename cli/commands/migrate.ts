import { grantsScript } from "../../lib/db/grantsScript.ts";
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
  process.stdout.write(
    app
      ? grantsScript({ app, owner, tenant })
      : "-- Nothing to run: without DATABASE_URL, LiveDash sets up its embedded database on its own.\n",
  );
}
