import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import type { Sql } from "../../db/pool.ts";
import { inTransaction } from "../../db/pool.ts";
import { bool, int, known, statement, text, timestamp } from "../../db/statement.ts";
import { companyIdOf } from "../asTenant.ts";

const PATH = "/api/company/security";
const security = z.object({
  twoFactorRequired: z
    .boolean()
    .meta({ description: "Whether users have to set up a second factor before anything else." }),
  usersWithout: z.number().int().meta({ description: "Enabled users who have no second factor." }),
});

export const readCompanySecurity = defineOperation({
  name: "readCompanySecurity",
  summary: "Whether your company requires a second factor, and how many users have none.",
  method: "GET",
  path: PATH,
  permission: "company.users.read",
  input: z.strictObject({}),
  example: {},
  output: security,
  run: (ctx) => readSecurity(ctx.db, companyIdOf(ctx)),
});

export const updateCompanySecurity = defineOperation({
  name: "updateCompanySecurity",
  summary: "Requires a second factor of all your company's users, or no longer does. It takes effect immediately.",
  method: "PATCH",
  path: PATH,
  permission: "company.users.write",
  input: z.strictObject({ twoFactorRequired: z.boolean() }),
  example: { twoFactorRequired: false },
  output: security,
  run: (ctx, { twoFactorRequired }) => {
    const companyId = companyIdOf(ctx);
    return inTransaction(ctx.db, async (tx) => {
      await UPDATE.run(tx, { companyId, twoFactorRequired, now: ctx.clock.now() });
      await audit(ctx, tx, {
        action: "companies.require_two_factor",
        outcome: "done",
        target: { type: "company", id: companyId },
        companyId,
        details: { twoFactorRequired },
      });
      return readSecurity(tx, companyId);
    });
  },
});

async function readSecurity(sql: Sql, companyId: string): Promise<z.input<typeof security>> {
  const found = await READ.first(sql, { companyId });
  if (!found) throw notFound("company");
  return found;
}

const READ = statement({
  sql: `SELECT c."twoFactorRequired", (SELECT count(*)::int FROM "User" u WHERE u."companyId" = c."id"
            AND u."disabledAt" IS NULL AND NOT u."twoFactorEnabled") AS "usersWithout"
          FROM "Company" c WHERE c."id" = $1`,
  params: { companyId: text },
  row: { twoFactorRequired: bool, usersWithout: known(int) },
});

const UPDATE = statement({
  sql: `UPDATE "Company" SET "twoFactorRequired" = $2, "updatedAt" = $3 WHERE "id" = $1`,
  params: { companyId: text, twoFactorRequired: bool, now: timestamp },
});
