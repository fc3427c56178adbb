// Runs every fault test in its long form and every mutant, prints what both have shown and keeps it in docs/reliability.md:
//   npm run test:faults [-- [--family name]... [--again] [--short]]
// What has been run at this commit, or at an earlier one since which nothing of it has changed, is kept in .faults/ and not run again,
// unless --again asks for it; so the whole can be run in parts, and goes on after a break. --family picks what to run: a family, or `mutants`. --short runs the
// short forms, keeps nothing and leaves the page alone. Ends with 1 if a number is not what it must be, with 2 if misused.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../lib/errors.ts";
import { MUTANTS } from "../test/faults/mutants/index.ts";
import { type Commit, describeCommit } from "./faults/commit.ts";
import { makeTemporaryFolder, ROOT } from "./faults/copyTree.ts";
import { withEarlier } from "./faults/earlier.ts";
import { FAMILIES } from "./faults/families.ts";
import { type Results, resultsIn, resultsOfOneCommit } from "./faults/kept.ts";
import { merge } from "./faults/merge.ts";
import { renderReport } from "./faults/renderReport.ts";
import { runFamilies } from "./faults/runFamilies.ts";
import { assertFit, runMutants } from "./faults/runMutants.ts";
import { writePage } from "./faults/writePage.ts";

const MUTANT_FAMILY = "mutants";
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Wanted {
  /** Names of families, and `mutants`. */
  chosen: readonly string[];
  again: boolean;
  long: boolean;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      family: { type: "string", multiple: true },
      again: { type: "boolean", default: false },
      short: { type: "boolean", default: false },
    },
  });
  const names = [...dueFamilies(!values.short).map(({ family }) => family), MUTANT_FAMILY];
  const unknown = values.family?.find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no family named ${unknown}. There are: ${names.join(", ")}.\n`);
    return 2;
  }
  const wanted = { chosen: values.family ?? names, again: values.again, long: !values.short };
  const commit = await describeCommit();
  if (wanted.long) {
    const folder = join(ROOT, ".faults");
    const results = resultsOfOneCommit(resultsIn(join(folder, commit.key)), commit);
    return await show(commit, withEarlier(results, folder, commit, { families: FAMILIES, mutants: MUTANTS }), wanted);
  }
  const folder = await makeTemporaryFolder("short");
  return await show(commit, resultsIn(folder.path), wanted).finally(folder.remove);
}

function dueFamilies(long: boolean) {
  return FAMILIES.filter(({ longOnly }) => long || !longOnly);
}

async function show(commit: Commit, results: Results, wanted: Wanted): Promise<number> {
  await assertFit(ROOT, MUTANTS);
  const problems = await runChosen(results, wanted);
  const due = { families: dueFamilies(wanted.long), mutants: MUTANTS, long: wanted.long };
  const merged = merge(await results.read(), due);
  const faults = [...merged.faults, ...problems];
  const command = `npm run test:faults${wanted.long ? "" : " -- --short"}`;
  const report = renderReport({ ...merged, faults, command, commit: commit.name });
  say(`\n${report}\n`);
  if (faults.length > 0) say("The page is left as it was.");
  else if (merged.missing.length > 0) say(`The page is left as it was; ${command} runs what is missing.`);
  else if (wanted.long) say(`Written: ${await writePage(report)}`);
  return faults.length > 0 ? 1 : 0;
}

/** Runs what was chosen and is not there yet. Answers why nothing was shown where that is so. */
async function runChosen(results: Results, { chosen, again, long }: Wanted): Promise<string[]> {
  const kept = again ? { families: [], mutants: [] } : await results.read();
  const isKept = (name: string) => kept.families.some(({ family }) => family === name);
  const families = dueFamilies(long).filter(({ family }) => chosen.includes(family));
  const problems = await runFamilies(
    families.filter(({ family }) => !isKept(family)),
    results,
    { long, say },
  );
  if (!chosen.includes(MUTANT_FAMILY)) return problems;
  const mutants = MUTANTS.filter((mutant) => !kept.mutants.some(({ name }) => name === mutant.name));
  try {
    // What the families have shown is reported even if no mutant can be tried.
    if (mutants.length > 0) await runMutants(mutants, say, results.keepMutant);
  } catch (error) {
    problems.push(`No mutant was tried: ${messageOf(error)}`);
  }
  return problems;
}
