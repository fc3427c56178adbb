import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { FamilyName, FamilyReport } from "../../test/faults/support/report.ts";

/** A family of fault tests that must report, and what its long form must come to at least. */
export interface Family {
  family: FamilyName;
  title: string;
  /** Its test file, and its tests in there if others share it: a regular expression for their names. */
  file: string;
  tests?: string;
  /** Whether it has no short form. */
  longOnly?: true;
  least: { cases: number; requests?: number; facts?: Record<string, number> };
}

const KILL_LOOP = "test/faults/killLoop.full.test.ts";

/** In the order in which they are run, and in which the page shows them. */
export const FAMILIES: readonly Family[] = [
  {
    family: "crash-matrix",
    title: "Crash matrix",
    file: "test/faults/crashMatrix.full.test.ts",
    least: { cases: 1_500 },
  },
  {
    family: "simulation",
    title: "Simulation",
    file: "test/faults/simulation.full.test.ts",
    least: { cases: 2_000, facts: { "adopt copy": 100, "detach copy": 100, "adopt what was set back": 100 } },
  },
  {
    family: "kill-9",
    title: "kill -9 loop",
    file: KILL_LOOP,
    tests: "kill-9:",
    least: { cases: 300, requests: 10_000, facts: { kills: 300 } },
  },
  {
    family: "kill-9-with-provider",
    title: "kill -9, the provider too",
    file: KILL_LOOP,
    tests: "kill-9-with-provider:",
    longOnly: true,
    least: { cases: 40 },
  },
  { family: "http-faults", title: "HTTP faults", file: "test/faults/httpFaults.full.test.ts", least: { cases: 50 } },
  {
    family: "hostile-lines",
    title: "Hostile lines",
    file: "test/faults/hostileLines.full.test.ts",
    least: { cases: 2_000 },
  },
  { family: "outages", title: "Outages", file: "test/faults/outages.full.test.ts", least: { cases: 4 } },
];

/** The figures that must be 0, in the order of the table. */
export const ZEROES = {
  requestsLost: "requests lost",
  resultsAppliedTwice: "results applied twice",
  linesBoughtTwice: "lines paid for twice",
  liveDuplicates: "live duplicate batches",
} as const satisfies Partial<Record<keyof FamilyReport, string>>;

const count = z.number().int().nonnegative();
export const reportShape = z.object({
  family: z.string().min(1),
  cases: count,
  points: z.object({ reached: count, total: count }).optional(),
  requests: count,
  requestsLost: count,
  resultsAppliedTwice: count,
  linesBoughtTwice: count,
  liveDuplicates: count,
  facts: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});

export type ReadReport = z.output<typeof reportShape>;

/** Reads whatever the families have left in a folder. */
export async function readReports(folder: string): Promise<ReadReport[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => reportShape.parse(JSON.parse(text)));
}

/** What is not as it must be, a sentence each; the least numbers count in the long run alone. */
export function findFaults(report: ReadReport, long: boolean): string[] {
  const found: string[] = [];
  for (const key of Object.keys(ZEROES) as (keyof typeof ZEROES)[]) {
    if (report[key] !== 0) found.push(`${report.family}: ${report[key]} ${ZEROES[key]}.`);
  }
  const { reached, total } = report.points ?? { reached: 0, total: 0 };
  if (reached < total) found.push(`${report.family}: ${reached} of ${total} points reached.`);
  if (report.cases === 0 || report.requests === 0) found.push(`${report.family}: nothing was run.`);
  const least = FAMILIES.find(({ family }) => family === report.family)?.least;
  if (!long || !least) return found;
  const { cases, requests = 0, facts = {} } = least;
  if (report.cases < cases) found.push(`${report.family}: ${report.cases} cases, and at least ${cases} are due.`);
  if (report.requests < requests)
    found.push(`${report.family}: ${report.requests} requests, and at least ${requests} are due.`);
  for (const [name, due] of Object.entries(facts)) {
    const value = Number(report.facts?.[name] ?? 0);
    if (!(value >= due)) found.push(`${report.family}: ${name} ${value}, and at least ${due} are due.`);
  }
  return found;
}
