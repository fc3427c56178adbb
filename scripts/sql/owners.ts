import { REALMS } from "../../lib/auth/realms.ts";

/** The folder that alone writes each of these tables. A table more is a line more. */
export const OWNERS: Readonly<Record<string, string>> = {
  AIProcessingRequest: "lib/requests/",
  AIRequestAttempt: "lib/requests/",
  RequestRequeue: "lib/requests/",
  AnalysisResult: "lib/requests/",
  TopicClaim: "lib/requests/",
  AIBatchRequest: "lib/batches/",
  Job: "lib/jobs/",
  ProviderAccount: "lib/accounts/",
};

/** Functions that are given the name of an owned table, and only read it. */
export const READERS: ReadonlySet<string> = new Set(["byId", "readCounters"]);

/** Names of REALMS: whoever writes to `users` or `REALMS[realm].users`, put into a statement, writes to a table of people. */
export const OF_REALMS: ReadonlySet<string> = new Set(Object.keys(REALMS.platform).filter((name) => name !== "kind"));

/**
 * Other places that write to a table whose name they are given. Whoever gives it names it in a string of its own, and there it
 * is found.
 */
export const GIVEN: Readonly<Record<string, readonly string[]>> = {
  "lib/db/copy.ts": ["table", "target"],
  "lib/import/write/updateColumns.ts": ["table"],
  "lib/admin/secret/confirmSealsAnew.ts": ["name"],
};
