import type { Sql, Transaction } from "../db/pool.ts";
import { arrayOf, known, statement, text, timestamp } from "../db/statement.ts";
import { openedAt } from "./csv/quotes.ts";
import { tidyId } from "./sessionId.ts";

/** Of a company and its ids, as SQL: only who has the key can tell whether an id is among them. @param id as SQL */
const hashOf = (id: string) =>
  `sha256((SELECT "key" FROM "ErasureKey") || sha256(convert_to($1, 'UTF8')) || convert_to(${id}, 'UTF8'))`;

/** Notes that the sessions with these ids of the company's were erased: no import brings them back. */
export async function noteErased(
  tx: Transaction,
  companyId: string,
  ids: readonly string[],
  erasedAt: Date,
): Promise<void> {
  await NOTE.run(tx, { companyId, ids, erasedAt });
}

const NOTE = statement({
  sql: `INSERT INTO "ErasedSession" ("companyId", "idHash", "erasedAt")
        SELECT DISTINCT $1, ${hashOf('"id"')}, $3::timestamptz FROM unnest($2::text[]) AS given("id")
        ON CONFLICT ("companyId", "idHash") DO UPDATE SET "erasedAt" = EXCLUDED."erasedAt"`,
  params: { companyId: text, ids: arrayOf(text), erasedAt: timestamp },
});

/** Which of these ids are those of sessions that were erased. */
export async function findErased(sql: Sql, companyId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await FIND.rows(sql, { companyId, ids })).map(({ id }) => id));
}

const FIND = statement({
  sql: `SELECT "id" FROM unnest($2::text[]) AS given("id")
         WHERE EXISTS (SELECT 1 FROM "ErasedSession" WHERE "companyId" = $1 AND "idHash" = ${hashOf('given."id"')})`,
  params: { companyId: text, ids: arrayOf(text) },
  row: { id: known(text) },
});

/** Lets sessions in again with the next import. Answers how many of these ids were those of erased ones. */
export async function forgetErased(tx: Transaction, companyId: string, ids: readonly string[]): Promise<number> {
  return await FORGET.run(tx, { companyId, ids });
}

const FORGET = statement({
  sql: `DELETE FROM "ErasedSession"
         WHERE "companyId" = $1 AND "idHash" IN (SELECT ${hashOf('"id"')} FROM unnest($2::text[]) AS given("id"))`,
  params: { companyId: text, ids: arrayOf(text) },
});

/** So much of a row is looked at for its id. Characters. */
export const ID_WITHIN = 1_000;

/** The session id that a row which could not be read begins with, as far as that can be told. */
export function idOfRaw(raw: string, delimiter: string | null): string {
  const start = raw.slice(0, ID_WITHIN);
  const between = delimiter ?? ",";
  const opened = openedAt(start, 0, between);
  const [from, end] = opened === -1 ? [0, start.indexOf(between)] : [opened, start.indexOf('"', opened)];
  return tidyId(start.slice(from, end === -1 ? undefined : end));
}
