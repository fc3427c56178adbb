import { questionTopics } from "../analysis/questionTopics.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, statement, text } from "../db/statement.ts";

export const isOptional = (analysis: string): boolean => analysis === questionTopics.name;

/** A request for what its company may switch off. As SQL, and as an index of pending ones says it. */
const IS_OPTIONAL = `"processingType" = '${questionTopics.name}'`;

/** A pending request that may be waiting for a switch. */
export const PENDING_OPTIONAL = `"processingStatus" = 'PENDING_BATCHING' AND ${IS_OPTIONAL}`;

/**
 * Whether its company wants what a request asks for. What is switched off stays pending, and is sent when it is switched on again.
 * As SQL. @param switchedOn the company's switch @param request the prefix of its columns
 */
export const isWanted = (switchedOn: string, request = ""): string => `(NOT ${request}${IS_OPTIONAL} OR ${switchedOn})`;

/** Those of these companies that have switched off what they may. */
export async function listSwitchedOff(sql: Sql, companyIds: readonly string[]): Promise<string[]> {
  return (await SWITCHED_OFF.rows(sql, { companyIds })).map(({ id }) => id);
}

const SWITCHED_OFF = statement({
  sql: `SELECT "id" FROM "Company" WHERE "id" = ANY($1) AND NOT "questionTopics"`,
  params: { companyIds: arrayOf(text) },
  row: { id: text },
});
