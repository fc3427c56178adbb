// Says whether prisma/schema.prisma, prisma/migrations and lib/db/catalogue.json describe the same database: `npm run check:schema`.
import { messageOf } from "../../lib/errors.ts";
import { endInOrder, onMigratedDatabase, SCHEMA_FILE } from "./difference.ts";
import { diffToSchema } from "./engine.ts";
import { isKept } from "./keptCatalogue.ts";

endInOrder();
try {
  const { sql, catalogued } = await onMigratedDatabase(async (url) => {
    return { sql: await diffToSchema({ url, schemaFile: SCHEMA_FILE }), catalogued: await isKept(url) };
  });
  if (!catalogued) {
    process.stderr.write("lib/db/catalogue.json is not as the migrations say: run `npm run schema:catalogue`.\n");
    process.exitCode = 1;
  }
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
