import { Parameters } from "../../db/parameters.ts";
import type { Sql } from "../../db/pool.ts";
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

/** A query for whole requests, as they are, in the order asked for. */
export function selectRequests(filter: RequestFilter, page: Page): { sql: string; values: unknown[] } {
  const { order, after, limit, failedUntil } = page;
  const p = new Parameters();
  const source = requestSource(filter, p);
  const conditions = [...conditionsOf(filter, p), ...boundsOf(filter, order, after, p)];
  if (failedUntil) conditions.push(`(r."completedAt" > ${p.add(failedUntil)}) IS NOT TRUE`);
  const direction = order === "newest" ? "DESC" : "ASC";
  const sql = `SELECT r.* FROM ${source} WHERE ${conditions.join(" AND ")}
                ORDER BY r."requestedAt" ${direction}, r."id" ${direction} LIMIT ${p.add(limit)}`;
  return { sql, values: p.values };
}

/** How many requests a filter finds; it stops counting at the limit. */
export async function countRequests(sql: Sql, filter: RequestFilter, limit: number): Promise<number> {
  const p = new Parameters();
  const source = requestSource(filter, p);
  const conditions = [...conditionsOf(filter, p), ...boundsOf(filter, "oldest", undefined, p)];
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS "count"
       FROM (SELECT 1 FROM ${source} WHERE ${conditions.join(" AND ")} LIMIT ${p.add(limit)}) found`,
    p.values,
  );
  return rows[0]?.count ?? 0;
}

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
