import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A report under any other name would be missed by the page. */
export type FamilyName =
  | "crash-matrix"
  | "simulation"
  | "kill-9"
  | "kill-9-with-provider"
  | "http-faults"
  | "hostile-lines"
  | "outages";

/** What a family of fault tests has shown. The four counts are judged by the emulator's ledger and by SQL; all must be 0. */
export interface FamilyReport {
  family: FamilyName;
  cases: number;
  /** Points of the code that were broken off at, and how many there are; left out where the family has none. */
  points?: { reached: number; total: number };
  requests: number;
  requestsLost: number;
  resultsAppliedTwice: number;
  linesBoughtTwice: number;
  liveDuplicates: number;
  /** Further facts, such as how often processes were killed. */
  facts?: Record<string, number | string>;
}

/** Whether this is the long run (`npm run test:faults`); the cases in `npm test` are fewer. */
export const LONG_RUN = process.env.FAULTS === "long";

/** Keeps the report of a family for the page that the long run writes. Without FAULTS_REPORT_DIR it is dropped. */
export async function reportFamily(report: FamilyReport): Promise<void> {
  const folder = process.env.FAULTS_REPORT_DIR;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${report.family}.json`), JSON.stringify(report, null, 2));
}
