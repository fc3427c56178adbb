import type { Context } from "../../context.ts";
import { json, known, type RowOf, statement, text } from "../../db/statement.ts";
import { codeOf } from "../../errors.ts";
import { openCsvPassword, sealCsvPassword } from "../../import/csvCredentials.ts";
import { SEALED_PREFIX, sealedWith } from "../../secret/sealing.ts";
import { currentKey } from "../../secret/secret.ts";
import type { Resealed } from "./resealed.ts";

const AT_ONCE = 500;

type Stored = RowOf<typeof READ>;

/** The CSV passwords of companies. */
export async function resealPasswords(ctx: Context): Promise<Resealed> {
  const resealed: Resealed = { done: 0, broken: [] };
  for (let after: string | undefined = ""; after !== undefined && !ctx.stopping.aborted; ) {
    const current = sealedWith(currentKey(ctx.config));
    const rows: Stored[] = await READ.rows(ctx.db, { after, sealed: SEALED_PREFIX, current });
    const changes = rows.flatMap((row) => {
      const password = reseal(ctx, row);
      if (password === undefined) resealed.broken.push(row.name);
      return password === undefined ? [] : [{ id: row.id, old: row.password, password }];
    });
    // A password that somebody has changed meanwhile is a new one already.
    resealed.done += await WRITE.run(ctx.db, { changes: JSON.stringify(changes) });
    after = rows.length === AT_ONCE ? rows.at(-1)?.id : undefined;
  }
  return resealed;
}

function reseal({ config }: Context, { id, password }: Stored): string | undefined {
  try {
    return sealCsvPassword(config, id, openCsvPassword(config, id, password));
  } catch (error) {
    if (codeOf(error) === "seal_broken") return undefined;
    throw error;
  }
}

const READ = statement({
  sql: `SELECT "id", "name", "csvPassword" AS "password" FROM "Company"
         WHERE "id" > $1 AND starts_with("csvPassword", $2) AND NOT starts_with("csvPassword", $3)
         ORDER BY "id" LIMIT ${AT_ONCE}`,
  params: { after: text, sealed: text, current: text },
  row: { id: text, name: text, password: known(text) },
});

const WRITE = statement({
  sql: `UPDATE "Company" c SET "csvPassword" = r."password"
          FROM json_to_recordset($1::json) AS r("id" text, "old" text, "password" text)
         WHERE c."id" = r."id" AND c."csvPassword" = r."old"`,
  params: { changes: json<{ id: string; old: string; password: string }[]>() },
});
