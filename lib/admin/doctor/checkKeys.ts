import type { Context } from "../../context.ts";
import { selectKeys } from "../keys/keyRow.ts";
import type { Finding } from "./invariant.ts";

const NAMED = 10;

/** Keys that work and were created by somebody who is disabled now: they saw the key, and may have kept it. */
export async function checkKeys({ db, clock }: Pick<Context, "db" | "clock">): Promise<Finding[]> {
  const { rows } = await db.query<{ name: string; createdBy: string; owner: { name: string }; total: number }>(
    `SELECT "name", "createdBy", "owner", (count(*) OVER ())::int AS "total" FROM (${selectKeys("$1::timestamptz")}) k
      WHERE "state" = 'works' AND "createdByDisabled" ORDER BY "name" LIMIT $2`,
    [clock.now(), NAMED],
  );
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
