import type { Context } from "../../context.ts";
import { int, json, known, statement, text, timestamp } from "../../db/statement.ts";
import { selectKeys } from "../keys/keyRow.ts";
import type { Finding } from "./invariant.ts";

const NAMED = 10;

/** Keys that work and were created by somebody who is disabled now: they saw the key, and may have kept it. */
export async function checkKeys({ db, clock }: Pick<Context, "db" | "clock">): Promise<Finding[]> {
  const rows = await FIND.rows(db, { now: clock.now() });
  const [first] = rows;
  if (!first) return [];
  return [
    {
      id: "keys-of-disabled-creators",
      explanation: "API keys work that were created by users who are disabled: they may have kept them.",
      count: first.total,
      examples: rows.map(({ name }) => name),
      details: rows.map(({ name, createdBy, owner }) => `"${name}" of ${owner.name}, created by ${createdBy}`),
      repaired: 0,
      advice: "Rotate these keys (`livedash admin rotate-key`), or revoke them.",
    },
  ];
}

const FIND = statement({
  sql: `SELECT "name", "createdBy", "owner", (count(*) OVER ())::int AS "total" FROM (${selectKeys("$1::timestamptz")}) k
         WHERE "state" = 'works' AND "createdByDisabled" ORDER BY "name" LIMIT ${NAMED}`,
  params: { now: timestamp },
  row: { name: known(text), createdBy: known(text), owner: known(json<{ name: string }>()), total: known(int) },
});
