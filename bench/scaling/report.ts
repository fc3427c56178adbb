import type { Share } from "./disk.ts";
import type { Scenario } from "./scenarios.ts";
import type { Simulated } from "./simulate.ts";

/** A table in Markdown. */
export function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export const SIMULATED = [
  "sessions a day",
  "companies",
  "accounts",
  "workers",
  "batches an hour",
  "sessions a batch",
  "sent / came",
  "waits to be sent, min: half, 95%, longest",
  "has its result, min: half, 95%",
  "longest round, min: create, poll",
  "refused creates",
  "batches in flight",
  "G tokens enqueued",
  "calls a minute",
];

/** One scenario, as a row under these columns. */
export function rowOf(scenario: Scenario, simulated: Simulated): string[] {
  const { hours, perRow } = scenario;
  const { accounts } = simulated;
  const sum = (of: (account: Simulated["accounts"][number]) => number) =>
    accounts.reduce((total, account) => total + of(account), 0);
  const minutes = (...values: (number | null)[]) => values.map((value) => (value ?? 0).toFixed(0)).join(", ");
  const allHours = hours.warmUp + hours.measured;
  return [
    scenario.name,
    String(scenario.companies),
    String(scenario.accounts),
    String(scenario.workers),
    (simulated.batches / hours.measured).toFixed(0),
    ((simulated.meanLines ?? 0) * perRow).toFixed(0),
    (simulated.sent / simulated.came).toFixed(2),
    minutes(simulated.sentP50, simulated.sentP95, simulated.sentMost),
    minutes(simulated.doneP50, simulated.doneP95),
    minutes(simulated.longestCreation, simulated.longestPolling),
    String(sum(({ refusedCreates, refusedForTokens }) => refusedCreates + refusedForTokens)),
    String(sum(({ mostInFlight }) => mostInFlight)),
    (sum(({ mostTokens }) => mostTokens) / 1e9).toFixed(2),
    (sum(({ calls }) => calls) / allHours / 60).toFixed(0),
  ];
}

export const ON_DISK = ["table", "rows a session", "KB of rows", "KB of indexes"];

export function diskRows(shares: readonly Share[]): string[][] {
  const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(2);
  const total = (of: (share: Share) => number) => shares.reduce((sum, share) => sum + of(share), 0);
  return [
    ...shares.map(({ table, rows, heap, indexes }) => [table, rows.toFixed(1), kilobytes(heap), kilobytes(indexes)]),
    ["all", "", kilobytes(total(({ heap }) => heap)), kilobytes(total(({ indexes }) => indexes))],
  ];
}
