import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, lineOfText, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { CompanyStatus } from "../../db/enums.ts";
import { Parameters } from "../../db/parameters.ts";
import { COMPANY_COLUMNS, companyRow, showCompany } from "./companyRow.ts";
import { countUpTo, limitedCount } from "./limitedCount.ts";

const TIME_LIMIT_MS = 5_000;
const COUNTED = 1_000;
const position = z.tuple([lineOfText(200)]);
const row = companyRow.extend({
  sessions: limitedCount.meta({ description: `Counted up to ${COUNTED}.` }),
  lastImportAt: z.iso.datetime().nullable(),
});

type Row = Omit<z.input<typeof row>, "lastImportAt"> & { lastImportAt: Date | null };

export const listCompanies = defineOperation({
  name: "listCompanies",
  summary: "Lists companies by name.",
  method: "GET",
  path: "/api/admin/companies",
  permission: "companies.read",
  input: z.strictObject({
    status: z.enum(CompanyStatus).optional(),
    search: lineOfText(100).optional().meta({ description: "Part of the name." }),
    limit: pageSize,
    cursor,
  }),
  example: { status: "ACTIVE", limit: 50 },
  output: z.object({ companies: z.array(row), nextCursor }),
  run: async (ctx, { limit, cursor, ...filter }) => {
    const query = { list: "companies", ...filter };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [undefined];
    const p = new Parameters();
    const conditions = [
      filter.status && `c."status" = ${p.add(filter.status)}::"CompanyStatus"`,
      filter.search && `position(lower(${p.add(filter.search)}) in lower(c."name")) > 0`,
      after !== undefined && `c."name" > ${p.add(after)}`,
    ].filter((condition) => typeof condition === "string");
    const sql = `SELECT ${COMPANY_COLUMNS},
        ${countUpTo(COUNTED, `FROM "Session" s WHERE s."companyId" = c."id"`)} AS "sessions",
        (SELECT max(i."startedAt") FROM "ImportRun" i WHERE i."companyId" = c."id") AS "lastImportAt"
      FROM "Company" c WHERE ${["true", ...conditions].join(" AND ")} ORDER BY c."name" LIMIT ${p.add(limit + 1)}`;
    const { rows } = await readWithin(ctx, TIME_LIMIT_MS, (tx) => tx.query<Row>(sql, p.values));
    const companies = rows.slice(0, limit).map((company) => ({
      ...showCompany(ctx, company),
      lastImportAt: company.lastImportAt?.toISOString() ?? null,
    }));
    const last = rows.length > limit ? companies.at(-1) : undefined;
    return { companies, nextCursor: last ? encodeCursor(query, [last.name]) : null };
  },
});
