// Runs every fault test in its long form, plants bugs, prints what both have shown and keeps it in docs/reliability.md:
//   npm run test:faults [-- --short]
// --short runs the short forms and leaves the page alone. Ends with 1 if a number is not what it must be.
import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { parseArgs, promisify } from "node:util";
import { messageOf } from "../lib/errors.ts";
import { PLANTS } from "../test/faults/planted/plants.ts";
import { makeTemporaryFolder, ROOT } from "./faults/copyTree.ts";
import { findFaults, readReports } from "./faults/families.ts";
import { assertFit, type Planted, plantBugs } from "./faults/plantBugs.ts";
import { renderReport, type Shown } from "./faults/renderReport.ts";
import { runTests, type TestRun } from "./faults/runTests.ts";
import { writePage } from "./faults/writePage.ts";

const LONGEST_MS = 3 * 3_600_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const { values } = parseArgs({ options: { short: { type: "boolean", default: false } } });
  const shown = await showAll(!values.short);
  const report = renderReport(shown);
  say(`\n${report}\n`);
  if (shown.faults.length > 0) {
    say("The page is left as it was.");
    process.exitCode = 1;
  } else if (!values.short) say(`Written: ${await writePage(report)}`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function showAll(long: boolean): Promise<Shown> {
  await assertFit(ROOT, PLANTS);
  const at = new Date();
  const commit = await describeCommit();
  const folder = await makeTemporaryFolder("faults");
  try {
    const env = { FAULTS: long ? "long" : "", FAULTS_REPORT_DIR: folder.path };
    const files = ["test/faults"];
    const results = await makeTemporaryFolder("results");
    // One file at a time: several of them drive processes of their own, and keep all cores busy.
    const options = { root: ROOT, files, folder: results.path, workers: 1, bail: false, limitMs: LONGEST_MS, env };
    const tests = await runTests({ ...options, show: true }).finally(results.remove);
    const reports = await readReports(folder.path);
    const begun = performance.now();
    const { planted, problems } = await plantAll();
    return {
      at,
      command: `npm run test:faults${long ? "" : " -- --short"}`,
      machine: describeMachine(),
      commit,
      tests,
      reports,
      planted,
      plantedSeconds: (performance.now() - begun) / 1000,
      faults: [...findFaults(reports, long), ...judgeTests(tests), ...problems, ...judgePlanted(planted)],
    };
  } finally {
    await folder.remove();
  }
}

/** What the families have shown is reported even if no bug can be planted. */
async function plantAll(): Promise<{ planted: Planted[]; problems: string[] }> {
  try {
    return { planted: await plantBugs(PLANTS, say), problems: [] };
  } catch (error) {
    return { planted: [], problems: [`No bug was planted: ${messageOf(error)}`] };
  }
}

function judgeTests({ failed, unusable }: TestRun): string[] {
  return [...failed.map((name) => `Failed: ${name}.`), ...(unusable ? [`The fault tests: ${unusable}.`] : [])];
}

function judgePlanted(planted: readonly Planted[]): string[] {
  const missed = planted.filter(({ caughtBy }) => caughtBy.length === 0);
  return missed.map(({ plant, unusable }) =>
    unusable === undefined
      ? `The planted bug ${plant.name} is not caught by ${plant.caughtBy.join(", ")}.`
      : `The planted bug ${plant.name} shows nothing: ${unusable}.`,
  );
}

function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const system = `${process.platform} ${process.arch}, Node ${process.versions.node}`;
  return `${cpus().length} cores (${first?.model.trim() || "of no name"}), ${memory} GB, ${system}`;
}

async function describeCommit(): Promise<string> {
  const git = async (...args: string[]) => (await promisify(execFile)("git", args, { cwd: ROOT })).stdout.trim();
  const commit = await git("rev-parse", "--short", "HEAD");
  const changes = await git("status", "--porcelain");
  return changes === "" ? commit : `${commit} with changes`;
}
