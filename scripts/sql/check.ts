// Holds each declared statement against the schema that the migrations make, and each write to its owner: `npm run check:sql`.
import { glob, readFile } from "node:fs/promises";
import { Client } from "pg";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { STATEMENTS } from "../../lib/db/statement.ts";
import { messageOf } from "../../lib/errors.ts";
import { endInOrder, MIGRATIONS_DIR } from "../schema/difference.ts";
import { checkStatements } from "./checkStatements.ts";
import { findTrespasses } from "./findTrespasses.ts";

endInOrder();
try {
  const trespasses = await findTrespasses(new URL("../../", import.meta.url));
  for (const trespass of trespasses) process.stderr.write(`${trespass}\n`);
  if (trespasses.length > 0) process.exitCode = 1;
  const root = new URL("../../", import.meta.url);
  for await (const file of glob("{lib,cli}/**/*.ts", { cwd: root, exclude: (name) => name.includes("generated") })) {
    const url = new URL(file, root);
    if ((await readFile(url, "utf8")).includes("db/statement.ts")) await import(url.href);
  }
  const server = await startTemporaryPostgres({ database: "statements" });
  try {
    await applyMigrations({ databaseUrl: server.url, migrationsDir: MIGRATIONS_DIR });
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const faults = await checkStatements(client, STATEMENTS).finally(() => client.end());
    for (const fault of faults) process.stderr.write(`${fault}\n\n`);
    if (faults.length > 0) process.exitCode = 1;
    else process.stdout.write(`${STATEMENTS.length} statements are what they are declared to be.\n`);
  } finally {
    await server.stop();
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
