import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { LiveDashError } from "../../lib/errors.ts";
import { MIGRATIONS_DIR } from "./difference.ts";

/** @throws LiveDashError `migration_name_invalid` unless the name is made of small letters, digits and underscores. */
export function checkName(name: string): void {
  if (/^[a-z0-9_]{1,100}$/.test(name)) return;
  throw new LiveDashError(
    "migration_name_invalid",
    `"${name}" is no name for a migration: use small letters, digits and underscores, such as add_prices.`,
  );
}

/** Writes `<time>_<name>/migration.sql`, to be applied after all the others; answers the file. */
export async function writeMigration(
  name: string,
  sql: string,
  options: { migrationsDir?: string; now?: Date } = {},
): Promise<string> {
  checkName(name);
  const { migrationsDir = MIGRATIONS_DIR, now = new Date() } = options;
  const times = (await readdir(migrationsDir)).map((entry) => Number.parseInt(entry, 10)).filter(Number.isSafeInteger);
  const time = Math.max(Number(now.toISOString().replace(/\D/g, "").slice(0, 14)), ...times.map((taken) => taken + 1));
  const folder = path.join(migrationsDir, `${time}_${name}`);
  await mkdir(folder);
  const file = path.join(folder, "migration.sql");
  await writeFile(file, `${sql}\n`, { flag: "wx" });
  return file;
}
