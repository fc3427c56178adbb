import type { Sql } from "../db/pool.ts";
import { int, nullable, statement, text, timestamp } from "../db/statement.ts";

/** An account to be added; `apiKey` is sealed (sealKey.ts). */
export interface NewAccount {
  id: string;
  kind: string;
  address: string | null;
  endpoint: string | null;
  organization: string | null;
  project: string | null;
  apiKey: string;
  createdAt: Date;
  createdBy: string;
}

/** False if there is one of that name. */
export async function insertAccount(sql: Sql, account: NewAccount): Promise<boolean> {
  return (await INSERT.run(sql, account)) > 0;
}

const INSERT = statement({
  sql: `INSERT INTO "ProviderAccount" ("id", "kind", "address", "endpoint", "organization", "project", "apiKey", "createdAt", "createdBy")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ("id") DO NOTHING`,
  params: {
    id: text,
    kind: text,
    address: nullable(text),
    endpoint: nullable(text),
    organization: nullable(text),
    project: nullable(text),
    apiKey: text,
    createdAt: timestamp,
    createdBy: text,
  },
});

/** Every process opens the account anew with its next round. */
export async function replaceKey(sql: Sql, id: string, apiKey: string): Promise<void> {
  await REPLACE_KEY.run(sql, { id, apiKey });
}

const REPLACE_KEY = statement({
  sql: `UPDATE "ProviderAccount" SET "apiKey" = $2, "version" = "version" + 1 WHERE "id" = $1`,
  params: { id: text, apiKey: text },
});

/** The same key, sealed with another secret: nothing is opened anew. Not where it was replaced meanwhile. */
export async function resealKey(sql: Sql, of: { id: string; version: number; apiKey: string }): Promise<void> {
  await RESEAL.run(sql, of);
}

const RESEAL = statement({
  sql: `UPDATE "ProviderAccount" SET "apiKey" = $3 WHERE "id" = $1 AND "version" = $2`,
  params: { id: text, version: int, apiKey: text },
});

/** False if it was so before. */
export async function disableAccount(
  sql: Sql,
  id: string,
  disabled: { at: Date; by: string | null; reason: string },
): Promise<boolean> {
  return (await DISABLE.run(sql, { id, ...disabled })) > 0;
}

const DISABLE = statement({
  sql: `UPDATE "ProviderAccount" SET "disabledAt" = $2, "disabledBy" = $3, "disabledReason" = $4
         WHERE "id" = $1 AND "disabledAt" IS NULL`,
  params: { id: text, at: timestamp, by: nullable(text), reason: text },
});

/** False if it was so before. */
export async function enableAccount(sql: Sql, id: string): Promise<boolean> {
  return (await ENABLE.run(sql, { id })) > 0;
}

const ENABLE = statement({
  sql: `UPDATE "ProviderAccount" SET "disabledAt" = NULL, "disabledBy" = NULL, "disabledReason" = NULL
         WHERE "id" = $1 AND "disabledAt" IS NOT NULL`,
  params: { id: text },
});

export async function deleteAccount(sql: Sql, id: string): Promise<void> {
  await DELETE.run(sql, { id });
}

const DELETE = statement({ sql: `DELETE FROM "ProviderAccount" WHERE "id" = $1`, params: { id: text } });
