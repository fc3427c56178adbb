import type { Sql } from "../../../lib/db/pool.ts";
import { manyOf, oneOf, tableOf } from "./table.ts";

/** Rows of what triggers and guards count, for tests that set the counts themselves. */
export function countsIn(sql: Sql) {
  const statusCounters = tableOf(sql, "StatusCounter", () => ({ table: "AIProcessingRequest", shard: 0 }));
  const statusFlows = tableOf(sql, "StatusFlow", () => ({ table: "AIProcessingRequest", shard: 0 }));
  const spendHours = tableOf(sql, "SpendHour", () => ({ model: "gpt-6-luna", shard: 0 }));
  const failureTallies = tableOf(sql, "FailureTally", () => ({ code: "line_timed_out", group: "", shard: 0 }));
  return {
    statusCounters: manyOf(statusCounters),
    statusFlow: oneOf(statusFlows),
    statusFlows: manyOf(statusFlows),
    spendHours: manyOf(spendHours),
    failureTallies: manyOf(failureTallies),
  };
}
