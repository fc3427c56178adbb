import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiveDashError } from "../../lib/errors.ts";
import type { Plant } from "../../test/faults/planted/plant.ts";
import { copyProject, copyTree, linkPackages, makeTemporaryFolder, type TemporaryFolder } from "./copyTree.ts";
import type { KeptPlant } from "./kept.ts";
import { runTests, type TestRun } from "./runTests.ts";

const AT_A_TIME = 2;
const LIMIT_MS = 10 * 60_000;

/**
 * Plants each bug in a copy of the project and runs the tests that should catch it; the project itself is not touched.
 * First the same tests run without any bug, since a test that fails anyway catches nothing. Each is kept as soon as it is
 * known what became of it.
 * @throws LiveDashError `plant_unfit`: a bug that cannot be planted, or a test that fails without any
 */
export async function plantBugs(
  plants: readonly Plant[],
  report: (line: string) => void,
  keep: (planted: KeptPlant) => Promise<void> = async () => {},
): Promise<KeptPlant[]> {
  const snapshot = await makeTemporaryFolder("planted");
  try {
    await copyProject(snapshot.path);
    await assertFit(snapshot.path, plants);
    report(`The tests that should catch them, without a bug: ${await runWithoutBug(snapshot, plants)}`);
    const waiting = [...plants.entries()];
    const done: KeptPlant[] = [];
    const takeTurns = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, plant] = next;
        const planted = await plantOne(snapshot, plant);
        done[index] = planted;
        await keep(planted);
        report(`${plant.name} (${planted.seconds.toFixed(0)} s): ${describe(planted)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, takeTurns));
    return done;
  } finally {
    await snapshot.remove();
  }
}

function describe({ caughtBy, unusable }: KeptPlant): string {
  if (unusable !== undefined) return `SHOWS NOTHING: ${unusable}`;
  return caughtBy[0] === undefined ? "NOT CAUGHT" : `caught by: ${caughtBy[0]}`;
}

async function runWithoutBug(snapshot: TemporaryFolder, plants: readonly Plant[]): Promise<string> {
  const files = [...new Set(plants.flatMap((plant) => plant.caughtBy))];
  const run = await runInCopy(snapshot, files, { workers: AT_A_TIME, bail: false });
  if (run.unusable !== undefined || run.failed.length > 0) {
    const reason = run.unusable ?? run.failed.join("; ");
    throw new LiveDashError("plant_unfit", `Without any bug these tests must pass: ${reason}\n${run.output}`);
  }
  return `${run.passed} passed (${run.seconds.toFixed(0)} s)`;
}

async function plantOne(snapshot: TemporaryFolder, plant: Plant): Promise<KeptPlant> {
  const change = (root: string) => plantBug(root, plant);
  const { failed, unusable, seconds } = await runInCopy(snapshot, plant.caughtBy, { workers: 1, bail: true, change });
  const { name } = plant;
  return unusable === undefined ? { name, caughtBy: failed, seconds } : { name, caughtBy: [], unusable, seconds };
}

async function runInCopy(
  snapshot: TemporaryFolder,
  files: string[],
  { workers, bail, change }: { workers: number; bail: boolean; change?: (root: string) => Promise<void> },
): Promise<TestRun> {
  const folder = await makeTemporaryFolder("plant");
  try {
    const root = join(folder.path, "tree");
    await copyTree(snapshot.path, root);
    await linkPackages(root);
    await change?.(root);
    // The short forms, and no report: what a run with a bug shows is no figure of the project.
    const env = { FAULTS: "", FAULTS_REPORT_DIR: "" };
    return await runTests({ root, files, folder: folder.path, workers, bail, limitMs: LIMIT_MS, env });
  } finally {
    await folder.remove();
  }
}

/**
 * The code moves on, and a bug must move with it: those that do not fit any more are named all at once.
 * @throws LiveDashError `plant_unfit`
 */
export async function assertFit(root: string, plants: readonly Plant[]): Promise<void> {
  const found = await Promise.all(plants.map(async (plant) => ({ plant, count: await countFinds(root, plant) })));
  const unfit = found.filter(({ count }) => count !== 1);
  if (unfit.length === 0) return;
  const reasons = unfit.map(({ plant, count }) => `${plant.name}: its text occurs ${count} times in ${plant.file}`);
  throw new LiveDashError("plant_unfit", `Bugs that cannot be planted, put them right:\n${reasons.join("\n")}`);
}

async function countFinds(root: string, plant: Plant): Promise<number> {
  return (await readFile(join(root, plant.file), "utf8")).split(plant.find).length - 1;
}

async function plantBug(root: string, plant: Plant): Promise<void> {
  const file = join(root, plant.file);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.split(plant.find).join(plant.replace));
}
