// Writes lib/db/catalogue.json, by which `livedash doctor` tells what a database lacks: `npm run schema:catalogue`.
import { messageOf } from "../../lib/errors.ts";
import { endInOrder, onMigratedDatabase } from "./difference.ts";
import { keepCatalogue } from "./keptCatalogue.ts";

endInOrder();
try {
  await onMigratedDatabase(keepCatalogue);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
