// Writes what the schema has and the migrations lack into a new migration: `node scripts/schema/diff.ts NAME`.
// Without NAME the SQL is printed and nothing is written.
import { messageOf } from "../../lib/errors.ts";
import { endInOrder, schemaDifference } from "./difference.ts";
import { checkName, writeMigration } from "./write-migration.ts";

endInOrder();
try {
  const name = process.argv[2];
  if (name !== undefined) checkName(name);
  const sql = await schemaDifference();
  if (sql === "") process.stderr.write("The migrations already reach the schema: there is nothing to write.\n");
  else if (name === undefined) process.stdout.write(`${sql}\n`);
  else process.stdout.write(`Written: ${await writeMigration(name, sql)}\nRead it before you commit it.\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
