import type { Context } from "../../context.ts";
import { codeOf } from "../../errors.ts";
import { openCsvPassword, sealCsvPassword } from "../../import/csvCredentials.ts";
import { SEALED_PREFIX, sealedWith } from "../../secret/sealing.ts";
import { currentKey } from "../../secret/secret.ts";
import type { Resealed } from "./resealed.ts";

const AT_ONCE = 500;

interface Stored {
  id: string;
  name: string;
  password: string;
}

/** The CSV passwords of companies. */
export async function resealPasswords(ctx: Context): Promise<Resealed> {
  const resealed: Resealed = { done: 0, broken: [] };
  for (let after: string | undefined = ""; after !== undefined && !ctx.stopping.aborted; ) {
    const { rows }: { rows: Stored[] } = await ctx.db.query<Stored>(
      `SELECT "id", "name", "csvPassword" AS "password" FROM "Company"
        WHERE "id" > $1 AND starts_with("csvPassword", $2) AND NOT starts_with("csvPassword", $3)
        ORDER BY "id" LIMIT $4`,
      [after, SEALED_PREFIX, sealedWith(currentKey(ctx.config)), AT_ONCE],
    );
    const changes = rows.flatMap((row) => {
      const password = reseal(ctx, row);
      if (password === undefined) resealed.broken.push(row.name);
      return password === undefined ? [] : [{ id: row.id, old: row.password, password }];
    });
    // A password that somebody has changed meanwhile is a new one already.
    const { rowCount } = await ctx.db.query(
      `UPDATE "Company" c SET "csvPassword" = r."password"
         FROM json_to_recordset($1::json) AS r("id" text, "old" text, "password" text)
        WHERE c."id" = r."id" AND c."csvPassword" = r."old"`,
      [JSON.stringify(changes)],
    );
    resealed.done += rowCount ?? 0;
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
