// Run as a process of its own by interrupted.full.test.ts, to be killed: imports a file and says when it has written some.
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { openPool } from "../../lib/db/pool.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { openLog } from "../../lib/observability/log.ts";

const [companyId = "", file = ""] = process.argv.slice(2);
const config = readConfig(process.env);
const ctx = createContext({
  config,
  db: openPool(config.DATABASE_URL ?? ""),
  log: openLog({ level: "error", format: "json" }),
});
await importCsv(ctx, {
  companyId,
  source: { kind: "file", path: file },
  onProgress: ({ rows }) => process.stdout.write(`${rows}\n`),
});
// Killed before this, or the test has come too late to see anything.
setInterval(() => {}, 60_000);
