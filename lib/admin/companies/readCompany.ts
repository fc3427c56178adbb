import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id, time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { json, known, statement, text } from "../../db/statement.ts";
import { readAllowances } from "../../throttle/companyLimit.ts";
import { requestStatus } from "../requests/requestFilter.ts";
import { COMPANY_COLUMNS, companyColumns, companyRow, showCompany } from "./companyRow.ts";
import { countUpTo, limitedCount } from "./limitedCount.ts";

const TIME_LIMIT_MS = 5_000;
const COUNTED = 10_000;

const company = companyRow.extend({
  sessions: limitedCount,
  requests: z.record(requestStatus, limitedCount),
  allowance: z
    .object({
      usedToday: z.number().int(),
      usedThisMonth: z.number().int(),
      usedUp: z.enum(["day", "month"]).nullable(),
      until: time.nullable(),
    })
    .nullable()
    .meta({
      description:
        "What is left of its limits; null if it has none. If one is used up, its requests are waiting until `until`.",
    }),
});

const REQUESTS = requestStatus.options.map((status) => {
  const from = `FROM "AIProcessingRequest" r
    WHERE r."companyId" = c."id" AND r."processingStatus" = '${status.toUpperCase()}'`;
  return `'${status}', ${countUpTo(COUNTED, from)}`;
});

export const readCompany = defineOperation({
  name: "readCompany",
  summary: `One company, with its sessions and requests (counted up to ${COUNTED}).`,
  method: "GET",
  path: "/api/admin/companies/{id}",
  permission: "companies.read",
  input: z.strictObject({ id }),
  example: { id: "company_id_1" },
  output: z.object({ company }),
  run: (ctx, { id }) =>
    readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
      const found = await READ.first(tx, { id });
      if (!found) throw notFound("company");
      const allowance = (await readAllowances(ctx, tx, [id])).get(id) ?? null;
      return { company: showCompany(ctx, { ...found, allowance }) };
    }),
});

const READ = statement({
  sql: `SELECT ${COMPANY_COLUMNS}, json_build_object(${REQUESTS.join(", ")}) AS "requests",
               ${countUpTo(COUNTED, `FROM "Session" s WHERE s."companyId" = c."id"`)} AS "sessions"
          FROM "Company" c WHERE c."id" = $1`,
  params: { id: text },
  row: {
    ...companyColumns,
    requests: known(json<z.input<typeof company>["requests"]>()),
    sessions: known(json<z.input<typeof limitedCount>>()),
  },
});
