import type { PlatformPermission } from "../../auth/permissions.ts";
import { NAME_OF_SESSION } from "../requests/requestRow.ts";

interface Lookup {
  permission: PlatformPermission;
  /** What the id `$1` finds, with those of `columns` and isExact. Tables of many rows are read by index. */
  sql: string;
}

const EACH = 10;
/** In this order, since the lookups are put together by UNION. */
const columns = (kind: string, own: Partial<Record<"name" | "companyId" | "status", string>> & { at: string }) =>
  `'${kind}' AS "kind", r."id", ${own.name ?? "NULL"} AS "externalSessionId", ${own.companyId ?? "NULL"} AS "companyId",
   ${own.status ? `lower(${own.status}::text)` : "NULL"} AS "status", ${own.at} AS "at"`;
const REQUEST = columns("request", {
  name: NAME_OF_SESSION,
  companyId: `r."companyId"`,
  status: `r."processingStatus"`,
  at: `r."requestedAt"`,
});
const BATCH = columns("batch", { companyId: `r."companyId"`, status: `r."status"`, at: `r."createdAt"` });
const byId = (columns: string, table: string) =>
  `SELECT ${columns}, r."id" = $1 AS "isExact" FROM "${table}" r WHERE r."id" ^@ $1 ORDER BY r."id" LIMIT ${EACH}`;

export const LOOKUPS: readonly Lookup[] = [
  { permission: "requests.read", sql: byId(REQUEST, "AIProcessingRequest") },
  {
    permission: "requests.read",
    sql: `SELECT ${REQUEST}, true AS "isExact" FROM "AIProcessingRequest" r WHERE r."sessionId" = $1
           ORDER BY r."requestedAt" DESC LIMIT ${EACH}`,
  },
  {
    permission: "requests.read",
    // In the order of the index on the names, which gives whole ones first.
    sql: `SELECT ${REQUEST}, s."externalSessionId" = $1 AS "isExact"
            FROM (SELECT "id", "externalSessionId" FROM "Session" WHERE "externalSessionId" ^@ $1
                   ORDER BY "externalSessionId" USING ~<~ LIMIT ${EACH}) s
           CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = s."id"
                                ORDER BY "requestedAt" DESC LIMIT ${EACH}) r
           ORDER BY s."externalSessionId" USING ~<~, r."requestedAt" DESC LIMIT ${EACH}`,
  },
  { permission: "batches.read", sql: byId(BATCH, "AIBatchRequest") },
  {
    permission: "batches.read",
    // Its result files have no index: there are so few batches that reading them all takes milliseconds.
    sql: `SELECT ${BATCH}, true AS "isExact" FROM "AIBatchRequest" r
           WHERE $1 IN ("openaiBatchId", "inputFileId", "outputFileId", "errorFileId") LIMIT ${EACH}`,
  },
  {
    permission: "imports.read",
    sql: byId(columns("import", { companyId: `r."companyId"`, at: `r."startedAt"` }), "ImportRun"),
  },
  {
    permission: "requests.read",
    sql: byId(columns("bulk", { at: `r."createdAt"` }), "BulkRequeue"),
  },
  {
    permission: "companies.read",
    sql: byId(columns("company", { companyId: `r."id"`, at: `r."createdAt"` }), "Company"),
  },
];
