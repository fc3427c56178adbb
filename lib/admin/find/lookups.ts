import type { PlatformPermission } from "../../auth/permissions.ts";

interface Lookup {
  permission: PlatformPermission;
  /** What the id `$1` finds, with the columns kind, id, companyId, status, at and isExact. Tables of many rows are read by index. */
  sql: string;
}

const EACH = 10;
const REQUEST = `'request' AS "kind", "id", "companyId", lower("processingStatus"::text) AS "status", "requestedAt" AS "at"`;
const BATCH = `'batch' AS "kind", "id", "companyId", lower("status"::text) AS "status", "createdAt" AS "at"`;
const byId = (columns: string, table: string) =>
  `SELECT ${columns}, "id" = $1 AS "isExact" FROM "${table}" WHERE "id" ^@ $1 ORDER BY "id" LIMIT ${EACH}`;

export const LOOKUPS: readonly Lookup[] = [
  { permission: "requests.read", sql: byId(REQUEST, "AIProcessingRequest") },
  {
    permission: "requests.read",
    sql: `SELECT ${REQUEST}, true AS "isExact" FROM "AIProcessingRequest" WHERE "sessionId" = $1
           ORDER BY "requestedAt" DESC LIMIT ${EACH}`,
  },
  { permission: "batches.read", sql: byId(BATCH, "AIBatchRequest") },
  {
    permission: "batches.read",
    // Its result files have no index: there are so few batches that reading them all takes milliseconds.
    sql: `SELECT ${BATCH}, true AS "isExact" FROM "AIBatchRequest"
           WHERE $1 IN ("openaiBatchId", "inputFileId", "outputFileId", "errorFileId") LIMIT ${EACH}`,
  },
  {
    permission: "imports.read",
    sql: byId(`'import' AS "kind", "id", "companyId", NULL AS "status", "startedAt" AS "at"`, "ImportRun"),
  },
  {
    permission: "requests.read",
    sql: byId(`'bulk' AS "kind", "id", NULL AS "companyId", NULL AS "status", "createdAt" AS "at"`, "BulkRequeue"),
  },
  {
    permission: "companies.read",
    sql: byId(`'company' AS "kind", "id", "id" AS "companyId", NULL AS "status", "createdAt" AS "at"`, "Company"),
  },
];
