// Run as a process of its own by killed.full.test.ts, to be killed: works on one job, and says when it has begun.
import { JOB_KINDS } from "../../lib/admin/jobs/kinds.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { openPool } from "../../lib/db/pool.ts";
import { runJob } from "../../lib/jobs/runJob.ts";
import { openLog } from "../../lib/observability/log.ts";

const [id = "", round = "1"] = process.argv.slice(2);
const config = readConfig(process.env);
const ctx = createContext({
  config,
  db: openPool(config.DATABASE_URL ?? ""),
  log: openLog({ level: "info", format: "json", destination: process.stdout }),
});
await runJob(ctx, JOB_KINDS, { id, round: Number(round) });
// Killed before this, or the test has come too late to see anything.
setInterval(() => {}, 60_000);
