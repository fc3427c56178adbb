import type { QueryResultRow } from "pg";
import { Parameters } from "../../db/parameters.ts";
import type { Transaction } from "../../db/pool.ts";
import { EACH_MODEL } from "./eachModel.ts";
import type { RequestFilter } from "./requestFilter.ts";
import { requestSource } from "./requestSource.ts";

type Order = "newest" | "oldest";

/** Where a page ends. Neither part of it ever changes in a request, so nothing moves across it. */
export interface Position {
  requestedAt: Date;
  id: string;
}

interface Page {
  order: Order;
  /** Where the page before has ended, in the same order. */
  after: Position | undefined;
  limit: number;
  /** Leaves out requests that failed later. */
  failedUntil?: Date;
}

/**
 * Reads whole requests, as they are, in the order asked for.
 * @param around makes a query of the one that finds them; its order is its own
 */
export async function selectRequests<Row extends QueryResultRow>(
  tx: Transaction,
  filter: RequestFilter,
  page: Page,
  around: (found: string) => string,
): Promise<Row[]> {
  const { order, after, limit, failedUntil } = page;
  const p = new Parameters();
  const source = requestSource(filter, p);
  const conditions = [...conditionsOf(filter, p), ...boundsOf(filter, order, after, p)];
  if (failedUntil) conditions.push(`(r."completedAt" > ${p.add(failedUntil)}) IS NOT TRUE`);
  const direction = order === "newest" ? "DESC" : "ASC";
  const ordered = `ORDER BY r."requestedAt" ${direction}, r."id" ${direction} LIMIT ${p.add(limit)}`;
  const found = find(filter, "r.*", { source, conditions, ordered });
  return await readInOrder(tx, around(`SELECT r.* FROM (${found}) r ${ordered}`), p);
}

/** How many requests a filter finds; it stops counting at the limit. */
export async function countRequests(tx: Transaction, filter: RequestFilter, limit: number): Promise<number> {
  const p = new Parameters();
  const source = requestSource(filter, p);
  const conditions = [...conditionsOf(filter, p), ...boundsOf(filter, "oldest", undefined, p)];
  const limited = `LIMIT ${p.add(limit)}`;
  const found = find(filter, "1", { source, conditions, ordered: `ORDER BY r."requestedAt", r."id" ${limited}` });
  const counted = `SELECT count(*)::int AS "count" FROM (SELECT 1 FROM (${found}) r ${limited}) found`;
  const [row] = await readInOrder<{ count: number }>(tx, counted, p);
  return row?.count ?? 0;
}

/** Statistics from when there were none of a status make an index on it, and a sort of all that have it, look as cheap. */
async function readInOrder<Row extends QueryResultRow>(tx: Transaction, sql: string, p: Parameters): Promise<Row[]> {
  await tx.query("SET LOCAL enable_sort = off");
  const { rows } = await tx.query<Row>(sql, p.values);
  await tx.query("SET LOCAL enable_sort = on");
  return rows;
}

interface Clauses {
  source: string;
  conditions: readonly string[];
  ordered: string;
}

/** At most as many as the limit for each model where nothing but the status and the time narrows a list. */
function find(filter: RequestFilter, columns: string, { source, conditions, ordered }: Clauses): string {
  const where = `WHERE ${conditions.join(" AND ")}`;
  if (NARROWING.some((field) => filter[field] !== undefined))
    return `SELECT ${columns} FROM ${source} ${where} ${ordered}`;
  return `SELECT r.* FROM ${EACH_MODEL} each CROSS JOIN LATERAL (
            SELECT ${columns} FROM ${source} ${where} AND r."model" = each."model" ${ordered}) r`;
}

/** Each has an index of its own. */
const NARROWING = [
  "companyId",
  "model",
  "batchId",
  "errorCode",
  "idPrefix",
  "externalSessionId",
  "externalSessionIdPrefix",
] as const satisfies (keyof RequestFilter)[];

function conditionsOf(filter: RequestFilter, p: Parameters): string[] {
  const conditions = [`r."processingStatus" = ${p.add(filter.status.toUpperCase())}::"AIRequestStatus"`];
  const add = (value: unknown, left: string, comparison = "=") => {
    if (value !== undefined) conditions.push(`${left} ${comparison} ${p.add(value)}`);
  };
  add(filter.companyId, `r."companyId"`);
  add(filter.model, `r."model"`);
  add(filter.batchId, `r."batchId"`);
  add(filter.errorCode, `r."errorCode"`);
  add(filter.idPrefix, `r."id"`, "^@");
  add(filter.errorGroup, `livedash_error_group(r."errorMessage")`);
  add(filter.failedSince && new Date(filter.failedSince), `r."completedAt"`, ">=");
  return conditions;
}

/**
 * From when to when. A position takes the place of the bound that its order has come from: of two bounds on one side,
 * PostgreSQL may begin at the farther one and read all that lies between.
 */
function boundsOf(filter: RequestFilter, order: Order, after: Position | undefined, p: Parameters): string[] {
  const isNewest = order === "newest";
  const bounds: string[] = [];
  if (filter.olderThan && !(after && isNewest)) bounds.push(`r."requestedAt" < ${p.add(new Date(filter.olderThan))}`);
  if (filter.newerThan && !(after && !isNewest)) bounds.push(`r."requestedAt" >= ${p.add(new Date(filter.newerThan))}`);
  if (!after) return bounds;
  const position = `(${p.add(after.requestedAt)}, ${p.add(after.id)})`;
  return [...bounds, `(r."requestedAt", r."id") ${isNewest ? "<" : ">"} ${position}`];
}
