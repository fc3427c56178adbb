import type { Sql } from "../db/pool.ts";
import { int, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";

/** The account that the variables configure. */
export const DEFAULT_ACCOUNT = "default";

/** What batches have as their provider that the built-in emulator has answered. */
export const EMULATOR = "emulator";

/** What an account is opened with, as the database has it: of the default one, nothing but its id and whether it is disabled. */
export type StoredAccount = RowOf<typeof READ>;

export async function readAccounts(sql: Sql): Promise<StoredAccount[]> {
  return await READ.rows(sql, {});
}

const READ = statement({
  sql: `SELECT "id", "kind", "address", "endpoint", "organization", "project", "apiKey", "version", "disabledAt", "disabledBy",
               "disabledReason"
          FROM "ProviderAccount" ORDER BY "id" <> '${DEFAULT_ACCOUNT}', "id"`,
  row: {
    id: text,
    kind: nullable(text),
    address: nullable(text),
    endpoint: nullable(text),
    organization: nullable(text),
    project: nullable(text),
    /** Sealed (sealKey.ts). */
    apiKey: nullable(text),
    version: int,
    disabledAt: nullable(timestamp),
    disabledBy: nullable(text),
    disabledReason: nullable(text),
  },
});

/** The account that `provider` of a batch or a stop names (decision 18). As SQL. @param provider SQL for it */
export const accountOf = (provider: string): string =>
  `COALESCE((SELECT a."id" FROM "ProviderAccount" a WHERE a."id" = ${provider}), '${DEFAULT_ACCOUNT}')`;

/** The account to which requests for a model go. As SQL. @param model SQL for its name */
export const accountOfModel = (model: string): string =>
  `COALESCE((SELECT m."accountId" FROM "AIModel" m WHERE m."name" = ${model}), '${DEFAULT_ACCOUNT}')`;

/** The same for millions of rows: whether the account of a model is one of these. As SQL. @param accounts to stand after IN */
export const isOfAccounts = (model: string, accounts: string): string =>
  `(${model} IN (SELECT m."name" FROM "AIModel" m WHERE m."accountId" IN ${accounts})
    OR '${DEFAULT_ACCOUNT}' IN ${accounts}
       AND ${model} NOT IN (SELECT m."name" FROM "AIModel" m WHERE m."accountId" <> '${DEFAULT_ACCOUNT}'))`;
