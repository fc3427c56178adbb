import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiveDashError } from "../../lib/errors.ts";
import type { Mutant } from "../../test/faults/mutants/mutant.ts";
import { copyProject, copyTree, linkPackages, makeTemporaryFolder, type TemporaryFolder } from "./copyTree.ts";
import type { KeptMutant } from "./kept.ts";
import { runTests, type TestRun } from "./runTests.ts";

const AT_A_TIME = 2;
const LIMIT_MS = 10 * 60_000;
/** For all of the tests that catch one, without a bug. */
const LIMIT_OF_ALL_MS = 40 * 60_000;

/**
 * Runs, for each mutant, a copy of the project with its bug and the tests that should catch it; the project itself is not touched.
 * First the same tests run without any bug, since a test that fails anyway catches nothing. Each is kept as soon as it is
 * known what became of it.
 * @throws LiveDashError `mutant_unfit`: a mutant that does not fit the code, or a test that fails without any
 */
export async function runMutants(
  mutants: readonly Mutant[],
  report: (line: string) => void,
  keep: (result: KeptMutant) => Promise<void> = async () => {},
): Promise<KeptMutant[]> {
  const snapshot = await makeTemporaryFolder("mutants");
  try {
    await copyProject(snapshot.path);
    await assertFit(snapshot.path, mutants);
    report(`The tests that should catch them, without a bug: ${await runWithoutBug(snapshot, mutants)}`);
    const waiting = [...mutants.entries()];
    const done: KeptMutant[] = [];
    const takeTurns = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, mutant] = next;
        const result = await runMutant(snapshot, mutant);
        done[index] = result;
        await keep(result);
        report(`${mutant.name} (${result.seconds.toFixed(0)} s): ${describe(result)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, takeTurns));
    return done;
  } finally {
    await snapshot.remove();
  }
}

function describe({ caughtBy, unusable }: KeptMutant): string {
  if (unusable !== undefined) return `SHOWS NOTHING: ${unusable}`;
  return caughtBy[0] === undefined ? "NOT CAUGHT" : `caught by: ${caughtBy[0]}`;
}

async function runWithoutBug(snapshot: TemporaryFolder, mutants: readonly Mutant[]): Promise<string> {
  const files = [...new Set(mutants.flatMap((mutant) => mutant.caughtBy))];
  const run = await runInCopy(snapshot, files, { workers: AT_A_TIME, bail: false, limitMs: LIMIT_OF_ALL_MS });
  if (run.unusable !== undefined || run.failed.length > 0) {
    const reason = run.unusable ?? run.failed.join("; ");
    throw new LiveDashError("mutant_unfit", `Without any bug these tests must pass: ${reason}\n${run.output}`);
  }
  return `${run.passed} passed (${run.seconds.toFixed(0)} s)`;
}

async function runMutant(snapshot: TemporaryFolder, mutant: Mutant): Promise<KeptMutant> {
  const change = (root: string) => mutate(root, mutant);
  const how = { workers: 1, bail: true, limitMs: LIMIT_MS, change };
  const { failed, unusable, seconds } = await runInCopy(snapshot, mutant.caughtBy, how);
  const { name } = mutant;
  return unusable === undefined ? { name, caughtBy: failed, seconds } : { name, caughtBy: [], unusable, seconds };
}

async function runInCopy(
  snapshot: TemporaryFolder,
  files: string[],
  { change, ...how }: { workers: number; bail: boolean; limitMs: number; change?: (root: string) => Promise<void> },
): Promise<TestRun> {
  const folder = await makeTemporaryFolder("mutant");
  try {
    const root = join(folder.path, "tree");
    await copyTree(snapshot.path, root);
    await linkPackages(root);
    await change?.(root);
    // The short forms, and no report: what a run with a bug shows is no figure of the project.
    const env = { FAULTS: "", FAULTS_REPORT_DIR: "" };
    return await runTests({ root, files, folder: folder.path, env, ...how });
  } finally {
    await folder.remove();
  }
}

/**
 * The code moves on, and a bug must move with it: those that do not fit any more are named all at once.
 * @throws LiveDashError `mutant_unfit`
 */
export async function assertFit(root: string, mutants: readonly Mutant[]): Promise<void> {
  const found = await Promise.all(mutants.map(async (mutant) => ({ mutant, count: await countFinds(root, mutant) })));
  const unfit = found.filter(({ count }) => count !== 1);
  if (unfit.length === 0) return;
  const reasons = unfit.map(({ mutant, count }) => `${mutant.name}: its text occurs ${count} times in ${mutant.file}`);
  throw new LiveDashError("mutant_unfit", `Mutants that do not fit the code, put them right:\n${reasons.join("\n")}`);
}

async function countFinds(root: string, mutant: Mutant): Promise<number> {
  return (await readFile(join(root, mutant.file), "utf8")).split(mutant.find).length - 1;
}

async function mutate(root: string, mutant: Mutant): Promise<void> {
  const file = join(root, mutant.file);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.split(mutant.find).join(mutant.replace));
}
