import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { applyMigrations } from "../../lib/db/migrate.ts";

const MIGRATIONS = path.resolve(import.meta.dirname, "../../prisma/migrations");

/** Makes an empty database as it was right before the migration whose name ends like this. */
export async function migrateBefore(databaseUrl: string, ending: string): Promise<void> {
  const before = await mkdtemp(path.join(tmpdir(), "livedash-migrations-"));
  try {
    const all = (await readdir(MIGRATIONS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const names = all.map((entry) => entry.name).sort();
    const end = names.findIndex((name) => name.endsWith(ending));
    for (const name of names.slice(0, end)) {
      await cp(path.join(MIGRATIONS, name), path.join(before, name), { recursive: true });
    }
    await applyMigrations({ databaseUrl, migrationsDir: before });
  } finally {
    await rm(before, { recursive: true });
  }
}
