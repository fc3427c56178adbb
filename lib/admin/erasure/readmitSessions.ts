import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id, reason } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { forgetErased } from "../../import/erased.ts";
import { sessionNames } from "./erasureFilter.ts";

export const readmitSessions = defineOperation({
  name: "readmitSessions",
  summary: "Lets erased sessions in again: the next import whose file has them imports them as new ones.",
  method: "POST",
  path: "/api/admin/erasures/readmit",
  permission: "sessions.erase",
  input: z.strictObject({
    companyId: id,
    sessions: sessionNames.meta({ description: "The company's own ids of them." }),
    reason,
  }),
  example: { companyId: "company_id_1", sessions: ["chat-4711"], reason: "Erased by mistake" },
  output: z.object({
    readmitted: z
      .number()
      .int()
      .meta({ description: "How many of these were erased; all others are left out of nothing." }),
  }),
  run: (ctx, { companyId, sessions, reason }) =>
    inTransaction(ctx.db, async (tx) => {
      if ((await FIND_COMPANY.run(tx, { companyId })) === 0) throw notFound("company");
      const readmitted = await forgetErased(tx, companyId, sessions);
      const details = { named: sessions.length, readmitted, reason };
      await audit(ctx, tx, { action: "sessions.readmit", outcome: "done", companyId, details });
      return { readmitted };
    }),
});

const FIND_COMPANY = statement({ sql: `SELECT 1 FROM "Company" WHERE "id" = $1`, params: { companyId: text } });
