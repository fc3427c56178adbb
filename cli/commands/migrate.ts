import { openRuntime } from "../runtime.ts";

/** Brings the database up to date, and says what it did. */
export async function migrate(): Promise<void> {
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "warn" }, renewRights: true });
  try {
    const applied = runtime.appliedMigrations;
    for (const name of applied) process.stdout.write(`applied ${name}\n`);
    if (applied.length === 0) process.stdout.write("The database is up to date.\n");
  } finally {
    await runtime.close();
  }
}
