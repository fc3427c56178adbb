import type { Client } from "pg";
import type { Declared } from "../../lib/db/statement.ts";
import { messageOf } from "../../lib/errors.ts";
import { compare } from "./compare.ts";
import { describeStatement } from "./describe.ts";

/** What is wrong with each statement that is not as it is declared, with its SQL. */
export async function checkStatements(client: Client, statements: readonly Declared[]): Promise<string[]> {
  const { rows } = await client.query<{ type: string; labels: string[] }>(
    `SELECT format_type(enumtypid, NULL) AS "type", array_agg(enumlabel::text) AS "labels" FROM pg_enum GROUP BY 1`,
  );
  const labels = new Map(rows.map(({ type, labels }) => [type, labels]));
  const faults: string[] = [];
  for (const declared of statements) {
    const found = await describeStatement(client, declared.sql).then(
      (described) => compare(declared, described, labels),
      (error: unknown) => [messageOf(error)],
    );
    if (found.length > 0) faults.push(`${declared.sql.trim()}\n${found.map((fault) => `  ${fault}`).join("\n")}`);
  }
  return faults;
}
