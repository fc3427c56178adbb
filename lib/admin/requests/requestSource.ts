import { RefusedError } from "../../api/errors.ts";
import { Parameters } from "../../db/parameters.ts";
import type { Sql } from "../../db/pool.ts";
import type { RequestFilter } from "./requestFilter.ts";

/** More ids than these are not looked through for a beginning. */
const MOST_OF_A_PREFIX = 5_000;

/**
 * The table `r` that a list reads from. Requests with one of a few ids are found by the index on these ids, before
 * anything else: a LIMIT of their own keeps PostgreSQL from walking through the order of the list in search of them.
 */
export function requestSource(filter: RequestFilter, p: Parameters): string {
  const sessions = sessionsNamed(filter, MOST_OF_A_PREFIX, p);
  if (sessions) {
    return `(SELECT own.* FROM (${sessions}) s
              CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = s."id" OFFSET 0) own) r`;
  }
  const requests = requestsNamed(filter, MOST_OF_A_PREFIX, p);
  return requests ? `(${requests}) r` : `"AIProcessingRequest" r`;
}

/** @throws RefusedError `invalid_input` for a beginning that too many ids have */
export async function checkPrefixes(sql: Sql, filter: RequestFilter): Promise<void> {
  for (const [field, find] of [
    ["idPrefix", requestsNamed],
    ["externalSessionIdPrefix", sessionsNamed],
  ] as const) {
    const prefix = filter[field];
    if (prefix === undefined) continue;
    const p = new Parameters();
    const { rows } = await sql.query<{ isOver: boolean }>(
      `SELECT count(*) > ${MOST_OF_A_PREFIX} AS "isOver" FROM (${find(filter, MOST_OF_A_PREFIX + 1, p)}) found`,
      p.values,
    );
    if (!rows[0]?.isOver) continue;
    const message = `${field}: more than ${MOST_OF_A_PREFIX} ids start with ${prefix}. Enter more of the id.`;
    throw new RefusedError("invalid_input", message);
  }
}

function requestsNamed({ idPrefix }: RequestFilter, limit: number, p: Parameters): string | undefined {
  if (idPrefix === undefined) return undefined;
  return `SELECT * FROM "AIProcessingRequest" WHERE "id" ^@ ${p.add(idPrefix)} ORDER BY "id" LIMIT ${limit}`;
}

/** Ordered as the index on the name is: then it is read, whatever PostgreSQL thinks of how many have the beginning. */
function sessionsNamed(filter: RequestFilter, limit: number, p: Parameters): string | undefined {
  const { externalSessionId: name, externalSessionIdPrefix: prefix, companyId } = filter;
  if (name === undefined && prefix === undefined) return undefined;
  const conditions = [
    name !== undefined && `"externalSessionId" = ${p.add(name)}`,
    prefix !== undefined && `"externalSessionId" ^@ ${p.add(prefix)}`,
    companyId !== undefined && `"companyId" = ${p.add(companyId)}`,
  ];
  return `SELECT "id" FROM "Session" WHERE ${conditions.filter(Boolean).join(" AND ")}
           ORDER BY "externalSessionId" USING ~<~ LIMIT ${limit}`;
}
