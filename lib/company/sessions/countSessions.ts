import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { Parameters } from "../../db/parameters.ts";
import { asTenant, companyIdOf, type Tenant } from "../asTenant.ts";
import { recordSearch } from "../recordReading.ts";
import { filterFields, type SessionFilter, whereSessions } from "./filter.ts";

export const countSessions = defineOperation({
  name: "countSessions",
  summary: "How many of the company's sessions match a filter.",
  method: "GET",
  path: "/api/company/sessions/count",
  permission: "company.sessions.read",
  input: z.strictObject(filterFields),
  example: { sentiment: "NEGATIVE" },
  output: z.object({ count: z.number().int().nonnegative() }),
  run: async (ctx, filter) => {
    const count = await asTenant(ctx, (tenant) => countMatching(tenant, filter));
    await recordSearch(ctx, companyIdOf(ctx), filter);
    return { count };
  },
});

export async function countMatching({ tx, company }: Tenant, filter: SessionFilter): Promise<number> {
  const p = new Parameters();
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::float8 AS "count" FROM "Session" s WHERE ${whereSessions(company, filter, p)}`,
    p.values,
  );
  return rows[0]?.count ?? 0;
}
