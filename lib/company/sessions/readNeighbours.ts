import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { Parameters } from "../../db/parameters.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { asTenant, companyIdOf, type Tenant } from "../asTenant.ts";
import { recordSearch } from "../recordReading.ts";
import { filterFields, type SessionFilter, whereSessions } from "./filter.ts";

const neighbour = z.string().nullable();

export const readNeighbours = defineOperation({
  name: "readNeighbours",
  summary: "The sessions just before and after this one in a filtered list.",
  method: "GET",
  path: "/api/company/sessions/{id}/neighbours",
  permission: "company.sessions.read",
  input: z.strictObject({ id, ...filterFields }),
  example: { id: "cm3u7xk2p0001", sentiment: "NEGATIVE" },
  output: z.object({
    newer: neighbour.meta({ description: "Its id; null for the newest session." }),
    older: neighbour.meta({ description: "Its id; null for the oldest session." }),
  }),
  run: async (ctx, { id, ...filter }) => {
    const answer = await asTenant(ctx, async (tenant) => {
      const at = await FIND.first(tenant.tx, { id, companyId: tenant.company.id });
      if (!at) throw notFound("session");
      return { newer: await nextTo(at, tenant, filter, "newer"), older: await nextTo(at, tenant, filter, "older") };
    });
    await recordSearch(ctx, companyIdOf(ctx), filter);
    return answer;
  },
});

async function nextTo(
  at: { startTime: Date; id: string },
  { tx, company }: Tenant,
  filter: SessionFilter,
  side: "newer" | "older",
): Promise<string | null> {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const [comparison, order] = side === "newer" ? [">", "ASC"] : ["<", "DESC"];
  const { rows } = await tx.query<{ id: string }>(
    `SELECT s."id" FROM "Session" s
      WHERE ${chosen} AND (s."startTime", s."id") ${comparison} (${p.add(at.startTime)}::timestamptz, ${p.add(at.id)})
      ORDER BY s."startTime" ${order}, s."id" ${order} LIMIT 1`,
    p.values,
  );
  return rows[0]?.id ?? null;
}

const FIND = statement({
  sql: `SELECT "id", "startTime" FROM "Session" WHERE "id" = $1 AND "companyId" = $2`,
  params: { id: text, companyId: text },
  row: { id: text, startTime: timestamp },
});
