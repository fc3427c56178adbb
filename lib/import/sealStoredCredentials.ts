import type { Context } from "../context.ts";
import { json, nullable, type RowOf, statement, text } from "../db/statement.ts";
import { isSealed, SEALED_PREFIX } from "../secret/sealing.ts";
import { sealCsvPassword } from "./csvCredentials.ts";
import { credentialsOf, withoutCredentials } from "./http/address.ts";

const AT_ONCE = 1_000;

/**
 * Encrypts the companies' CSV passwords that were stored as they are, and takes credentials out of addresses into their
 * own columns. Without LIVEDASH_SECRET it can only say how many there are.
 */
export async function sealStoredCredentials(ctx: Context): Promise<void> {
  let done = 0;
  for (let after = ""; ; ) {
    const rows = await READ_OPEN.rows(ctx.db, { after, sealed: SEALED_PREFIX });
    if (rows.length > 0 && !ctx.config.LIVEDASH_SECRET) {
      const message = "CSV passwords of companies are stored unencrypted in the database: set LIVEDASH_SECRET";
      return ctx.log.warn({ event: "credentials.not_sealed", companies: rows.length }, message);
    }
    done += await replace(ctx, rows);
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) break;
    after = last.id;
  }
  if (done > 0) ctx.log.info({ event: "credentials.sealed", companies: done });
}

type Stored = RowOf<typeof READ_OPEN>;

const READ_OPEN = statement({
  sql: `SELECT "id", "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company"
         WHERE "id" > $1 AND ("csvUrl" LIKE '%@%' OR ("csvPassword" <> '' AND NOT starts_with("csvPassword", $2)))
         ORDER BY "id" LIMIT ${AT_ONCE}`,
  params: { after: text, sealed: text },
  row: { id: text, url: nullable(text), username: nullable(text), password: nullable(text) },
});

/** One statement; a row that somebody has changed meanwhile is left as it is. */
async function replace(ctx: Context, rows: readonly Stored[]): Promise<number> {
  const changes = rows.flatMap((row) => {
    const sealed = toSealed(ctx, row);
    const isOther = sealed.url !== row.url || sealed.username !== row.username || sealed.password !== row.password;
    return isOther ? [{ ...sealed, oldUrl: row.url, oldPassword: row.password }] : [];
  });
  return changes.length === 0 ? 0 : REPLACE.run(ctx.db, { changes: JSON.stringify(changes) });
}

const REPLACE = statement({
  sql: `UPDATE "Company" c SET "csvUrl" = r."url", "csvUsername" = r."username", "csvPassword" = r."password"
          FROM json_to_recordset($1::json)
            AS r("id" text, "url" text, "username" text, "password" text, "oldUrl" text, "oldPassword" text)
         WHERE c."id" = r."id" AND c."csvUrl" IS NOT DISTINCT FROM r."oldUrl"
           AND c."csvPassword" IS NOT DISTINCT FROM r."oldPassword"`,
  params: { changes: json<object[]>() },
});

function toSealed(ctx: Context, { id, url, username, password }: Stored): Stored {
  const inUrl = url === null ? undefined : credentialsOf(url);
  const own = inUrl && !username ? inUrl : { username, password };
  const sealed = own.password && !isSealed(own.password) ? sealCsvPassword(ctx.config, id, own.password) : own.password;
  return { id, url: url !== null && inUrl ? withoutCredentials(url) : url, username: own.username, password: sealed };
}
