// Says whether prisma/schema.prisma and prisma/migrations describe the same database: `node scripts/schema/check.ts`.
import { messageOf } from "../../lib/errors.ts";
import { endInOrder, schemaDifference } from "./difference.ts";

endInOrder();
try {
  const sql = await schemaDifference();
  if (sql === "") {
    process.stdout.write("The schema and the migrations describe the same database.\n");
  } else {
    process.stdout.write(`${sql}\n`);
    process.stderr.write(
      "prisma/schema.prisma and prisma/migrations differ by the SQL above: run `node scripts/schema/diff.ts NAME` to make it a migration.\n",
    );
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
