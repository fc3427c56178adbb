import { type ReadReport, ZEROES } from "./families.ts";
import { type Merged, reportsOf, type TriedMutant } from "./merge.ts";

/** All that the runs at one commit have shown. */
export interface Shown extends Merged {
  command: string;
  commit: string;
}

/** The report as Markdown: for the terminal, and for docs/reliability.md. */
export function renderReport(shown: Shown): string {
  const caught = shown.mutants.filter(({ caughtBy }) => caughtBy.length > 0).length;
  const reports = reportsOf(shown);
  return [
    renderVerdict(shown, caught),
    table(["family", "cases", "points reached", "requests", ...Object.values(ZEROES)], reports.map(rowOf(shown))),
    renderFacts(shown),
    `Mutants caught: **${caught} of ${shown.mutants.length}**`,
    table(["mutant", "what it would do", "caught by"], shown.mutants.map(mutantRow)),
    renderConditions(shown),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function renderVerdict({ faults, missing }: Shown, caught: number): string {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  if (faults.length > 0) return `**Failures:**\n\n${list(faults)}`;
  if (missing.length > 0) return `No failures so far. **Still to be run:**\n\n${list(missing)}`;
  return `All tests passed: nothing lost, nothing duplicated, all ${caught} mutants caught.`;
}

const rowOf = (shown: Shown) => (report: ReadReport) => [
  titleOf(shown, report),
  format(report.cases),
  report.points ? `${report.points.reached} of ${report.points.total}` : "",
  format(report.requests),
  ...(Object.keys(ZEROES) as (keyof typeof ZEROES)[]).map((key) => format(report[key])),
];

function renderFacts(shown: Shown): string {
  return reportsOf(shown)
    .filter(({ facts }) => facts && Object.keys(facts).length > 0)
    .map((report) => {
      const facts = Object.entries(report.facts ?? {}).map(
        ([name, value]) => `${inWords(name)} ${formatFact(name, value)}`,
      );
      return `- ${titleOf(shown, report)}: ${facts.join(", ")}`;
    })
    .join("\n");
}

function mutantRow({ mutant, caughtBy }: TriedMutant): string[] {
  return [`\`${mutant.name}\``, mutant.harm, caughtBy[0] ?? "**nothing**"];
}

function renderConditions({ families, mutants, command, commit }: Shown): string {
  const days = families.map(({ at }) => `${at.slice(0, 16).replace("T", " ")} UTC`).sort();
  const machines = [...new Set(families.map(({ machine }) => machine))];
  const times = families.map(({ title, seconds }) => `${title} ${duration(seconds)}`);
  const begun = days.length > 1 ? `from ${days[0]} to ${days.at(-1)}` : `on ${days[0] ?? "no day"}`;
  return [
    `- Started ${begun} with \`${command}\`, at commit ${commit}`,
    ...renderEarlier([...families, ...mutants]),
    `- Machine: ${machines.join("; ")}`,
    `- Time: ${duration(sumOf(families))} for the families (${times.join(", ")}), ${duration(sumOf(mutants))} for the mutants, two at a time`,
  ].join("\n");
}

function renderEarlier(parts: readonly { commit?: string }[]): string[] {
  const earlier = Map.groupBy(parts, ({ commit }) => commit);
  earlier.delete(undefined);
  return Array.from(earlier, ([commit, { length }]) => {
    return `- ${length} of these ${parts.length} results were found at commit ${commit}; nothing that they run has changed since`;
  });
}

function sumOf(parts: readonly { seconds: number }[]): number {
  return parts.reduce((sum, { seconds }) => sum + seconds, 0);
}

function titleOf({ families }: Shown, { family }: ReadReport): string {
  return families.find((known) => known.family === family)?.title ?? family;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** `callsThatFailed` as "calls that failed". */
function inWords(name: string): string {
  return name.replaceAll("_", " ").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A seed is there to be typed again. */
function formatFact(name: string, value: number | string): string {
  return typeof value === "number" && name !== "seed" ? format(value) : String(value);
}

function format(value: number): string {
  return value.toLocaleString("en-GB");
}

function duration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
