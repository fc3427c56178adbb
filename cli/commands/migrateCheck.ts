import { checkDatabase } from "../../lib/db/checkDatabase.ts";
import { LiveDashError } from "../../lib/errors.ts";
import { loadConfig } from "../runtime.ts";

/** That something is missing; 1 says that this could not be found out. */
const LACKING = 2;

/** Says what `livedash migrate` would do, and does none of it. */
export async function checkMigrations(): Promise<void> {
  const { DATABASE_URL: app, DIRECT_DATABASE_URL: owner } = loadConfig();
  const url = owner ?? app;
  if (url === undefined) {
    throw new LiveDashError(
      "database_url_missing",
      "Nothing was checked: DATABASE_URL is not set. If you have set it, it was not read; each start brings the embedded database up to date.",
    );
  }
  const { migrations, queue } = await checkDatabase(url, owner ? "DIRECT_DATABASE_URL" : "DATABASE_URL");
  const missing = [...migrations, ...(queue ? ["the schedulers' tables"] : [])];
  if (missing.length === 0) return say(["The database is up to date."]);
  process.exitCode = LACKING;
  const remedy = "The database lacks what this release needs. Run `livedash migrate` as the owner of its tables.";
  say([...missing.map((name) => `missing ${name}`), remedy]);
}

function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
