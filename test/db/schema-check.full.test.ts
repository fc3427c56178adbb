import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { schemaDifference } from "../../scripts/schema/difference.ts";
import { writeMigration } from "../../scripts/schema/write-migration.ts";

let folder: string;
let schemaFile: string;
let migrationsDir: string;

const HEAD = 'datasource db {\n  provider = "postgresql"\n}\n';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "livedash-schema-"));
  schemaFile = path.join(folder, "schema.prisma");
  migrationsDir = path.join(folder, "migrations");
  await mkdir(migrationsDir);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the schema and the migrations", () => {
  it("describe the same database", async () => {
    expect(await schemaDifference()).toBe("");
  });

  it("are told apart when the schema has gained something", async () => {
    await writeFile(schemaFile, `${HEAD}\nmodel Gained {\n  id String @id\n  word String @unique\n}\n`);
    const sql = await schemaDifference({ schemaFile, migrationsDir });
    expect(sql).toContain('CREATE TABLE "Gained"');
    expect(sql).toContain('CREATE UNIQUE INDEX "Gained_word_key"');
  });

  it("agree again once the difference is written as a migration, leaving what only SQL can say alone", async () => {
    await mkdir(path.join(migrationsDir, "29990101000000_extras"));
    await writeFile(
      path.join(migrationsDir, "29990101000000_extras", "migration.sql"),
      `CREATE TABLE "Kept" ("id" INTEGER NOT NULL, "word" TEXT NOT NULL, CONSTRAINT "Kept_pkey" PRIMARY KEY ("id"));
       CREATE INDEX "Kept_partial_idx" ON "Kept" ("word") WHERE "word" <> '';
       CREATE UNIQUE INDEX "Kept_partial_key" ON "Kept" ("word") WHERE "id" > 0;
       CREATE INDEX "Kept_expression_idx" ON "Kept" (lower("word"));
       ALTER TABLE "Kept" ADD CONSTRAINT "Kept_word_check" CHECK ("word" <> 'no'), ALTER "word" SET STORAGE EXTERNAL;
       ALTER TABLE "Kept" SET (fillfactor = 80);
       CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.word := lower(NEW.word); RETURN NEW; END $$;
       CREATE TRIGGER "Kept_keep" BEFORE INSERT ON "Kept" FOR EACH ROW EXECUTE FUNCTION keep();`,
    );
    await writeFile(
      schemaFile,
      `${HEAD}\nmodel Kept {\n  id Int @id\n  word String\n  more Decimal? @db.Decimal(12, 6)\n}\n`,
    );

    const sql = await schemaDifference({ schemaFile, migrationsDir });
    expect(sql).toMatch(/ALTER TABLE "Kept" ADD COLUMN\s+"more" DECIMAL\(12,6\);$/);
    expect(sql).not.toMatch(/DROP|_idx|_check|_key/);

    const file = await writeMigration("add_more", sql, { migrationsDir });
    expect(path.relative(migrationsDir, file)).toBe("29990101000001_add_more/migration.sql");
    expect(await schemaDifference({ schemaFile, migrationsDir })).toBe("");
  });

  it("are not compared when the schema is not valid: the reason is given", async () => {
    await writeFile(schemaFile, `${HEAD}\nmodel Broken {\n  id Unknown @id\n}\n`);
    await expect(schemaDifference({ schemaFile, migrationsDir })).rejects.toMatchObject({
      code: "schema_engine_failed",
      message: expect.stringContaining("Unknown"),
    });
  });

  it("give a migration no name that its folder could not have", async () => {
    await expect(writeMigration("../up", "SELECT 1;", { migrationsDir })).rejects.toMatchObject({
      code: "migration_name_invalid",
    });
    const now = new Date("2026-02-03T04:05:06Z");
    const file = await writeMigration("first", "SELECT 1;", { migrationsDir, now });
    expect(path.relative(migrationsDir, file)).toBe("20260203040506_first/migration.sql");
    expect(await readFile(file, "utf8")).toBe("SELECT 1;\n");
  });
});
