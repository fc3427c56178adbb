import type { Migration } from "./migrationRecord.ts";

/** The group of logins that the application works with: they read and write rows, and own nothing. */
export const APP_ROLE = "livedash_app";
/** The group of logins that read for one company at a time. */
export const TENANT_ROLE = "livedash_tenant";

type Privilege = "SELECT" | "INSERT" | "UPDATE" | "DELETE";
const EVERYTHING: readonly Privilege[] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** What the application may do less than everything with. Triggers guard the audit log, from its owner too. */
const LESS: Readonly<Record<string, readonly Privilege[]>> = {
  _prisma_migrations: ["SELECT"],
  TenantKey: ["SELECT"],
  ErasureKey: ["SELECT"],
};

/** What the application may do with each table: by its name, as JSON for SQL to take apart. */
export function privilegesOf(tables: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(tables.map((table) => [table, LESS[table] ?? EVERYTHING])));
}

/** The tables that the migrations leave behind, with their own record. A schema may hold other tables, which are not ours. */
export function tablesOf(migrations: readonly Migration[]): string[] {
  const tables = new Set(["_prisma_migrations"]);
  const words =
    /^\s*(CREATE|DROP|ALTER)\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"(\w+)"(?:\s+RENAME\s+TO\s+"(\w+)")?/gim;
  for (const { sql } of migrations) {
    for (const [, operation, name = "", renamed] of sql.matchAll(words)) {
      if (operation?.toUpperCase() === "CREATE") tables.add(name);
      else if (operation?.toUpperCase() === "DROP" || renamed) tables.delete(name);
      if (renamed) tables.add(renamed);
    }
  }
  return [...tables];
}

/** The schema of the schedulers' queue: two installations in one database have one each. */
export function queueSchemaOf(schema: string): string {
  return schema === "public" ? "pgboss" : `${schema}_pgboss`;
}
