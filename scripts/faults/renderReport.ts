import { FAMILIES, type ReadReport, ZEROES } from "./families.ts";
import type { Planted } from "./plantBugs.ts";
import type { TestRun } from "./runTests.ts";

/** All that a run of the fault tests has shown. */
export interface Shown {
  /** When it began. */
  at: Date;
  command: string;
  machine: string;
  commit: string;
  tests: TestRun;
  reports: readonly ReadReport[];
  planted: readonly Planted[];
  plantedSeconds: number;
  /** What is not as it must be. */
  faults: readonly string[];
}

/** The report as Markdown: for the terminal, and for docs/reliability.md. */
export function renderReport(shown: Shown): string {
  const caught = shown.planted.filter(({ caughtBy }) => caughtBy.length > 0).length;
  const verdict =
    shown.faults.length === 0
      ? `All as it must be: nothing lost, nothing twice, all ${caught} planted bugs caught.`
      : `**Not as it must be:**\n\n${shown.faults.map((fault) => `- ${fault}`).join("\n")}`;
  return [
    verdict,
    table(["family", "cases", "points reached", "requests", ...Object.values(ZEROES)], familyRows(shown.reports)),
    renderFacts(shown.reports),
    `Planted bugs caught: **${caught} of ${shown.planted.length}**`,
    table(["planted bug", "what it would do", "caught by"], shown.planted.map(plantedRow)),
    renderConditions(shown),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function familyRows(reports: readonly ReadReport[]): string[][] {
  return inOrder(reports).map((report) => [
    titleOf(report),
    format(report.cases),
    report.points ? `${report.points.reached} of ${report.points.total}` : "",
    format(report.requests),
    ...(Object.keys(ZEROES) as (keyof typeof ZEROES)[]).map((key) => format(report[key])),
  ]);
}

function renderFacts(reports: readonly ReadReport[]): string {
  return inOrder(reports)
    .filter(({ facts }) => facts && Object.keys(facts).length > 0)
    .map((report) => {
      const facts = Object.entries(report.facts ?? {}).map(
        ([name, value]) => `${inWords(name)} ${formatFact(name, value)}`,
      );
      return `- ${titleOf(report)}: ${facts.join(", ")}`;
    })
    .join("\n");
}

function plantedRow({ plant, caughtBy }: Planted): string[] {
  return [`\`${plant.name}\``, plant.harm, caughtBy[0] ?? "**nothing**"];
}

function renderConditions({ at, command, machine, commit, tests, plantedSeconds }: Shown): string {
  const files = tests.files.map(
    ({ file, seconds }) => `${file.replace(/^.*\/|\.test\.ts$/g, "")} ${duration(seconds)}`,
  );
  return [
    `- Run on ${at.toISOString().slice(0, 16).replace("T", " ")} UTC with \`${command}\`, at commit ${commit}`,
    `- Machine: ${machine}`,
    `- Time: ${duration(tests.seconds)} for the families (${files.join(", ")}), ${duration(plantedSeconds)} for the planted bugs`,
  ].join("\n");
}

function inOrder(reports: readonly ReadReport[]): ReadReport[] {
  const position = ({ family }: ReadReport) => {
    const index = FAMILIES.findIndex((known) => known.family === family);
    return index === -1 ? FAMILIES.length : index;
  };
  return [...reports].sort((a, b) => position(a) - position(b));
}

function titleOf({ family }: ReadReport): string {
  return FAMILIES.find((known) => known.family === family)?.title ?? family;
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
