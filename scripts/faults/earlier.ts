import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../../lib/errors.ts";
import type { Mutant } from "../../test/faults/mutants/mutant.ts";
import { type Commit, listChangedSince } from "./commit.ts";
import type { Family } from "./families.ts";
import { type Kept, type Results, resultsIn } from "./kept.ts";

/** What every family and every mutant runs, beside its own tests. */
const RUN_BY_ALL = [
  "lib",
  "emulator",
  "prisma",
  "cli",
  "bin",
  "app",
  "web",
  "server.ts",
  "worker.ts",
  "package-lock.json",
  "test/support",
];

/**
 * The results of this commit, and those of earlier ones that still speak of it: since they were found, nothing has changed that
 * they run. So a test that is mended costs what it shows anew, and not hours of the rest.
 * @param folder of the results of all commits, a folder each
 */
export function withEarlier(
  results: Results,
  folder: string,
  commit: Commit,
  due: { families: readonly Family[]; mutants: readonly Mutant[] },
  changedSince: (earlier: string) => Promise<string[] | undefined> = listChangedSince,
): Results {
  return {
    ...results,
    read: async () => {
      const kept = await results.read();
      for (const earlier of await namesIn(folder)) {
        const changed = earlier === commit.key ? undefined : await changedSince(earlier);
        if (changed === undefined) continue;
        const areSame = (paths: readonly string[]) => !changed.some((file) => isRunBy(paths, file));
        addEarlier(kept, await resultsIn(join(folder, earlier)).read(), earlier, areSame);
      }
      return kept;
    },
  };

  function addEarlier(kept: Kept, old: Kept, earlier: string, areSame: (paths: readonly string[]) => boolean): void {
    for (const { family, file } of due.families) {
      const found = old.families.find((one) => one.family === family);
      if (!found || kept.families.some((one) => one.family === family)) continue;
      if (areSame(["test/faults/support", file])) kept.families.push({ ...found, commit: earlier });
    }
    for (const { name, caughtBy } of due.mutants) {
      const found = old.mutants.find((one) => one.name === name);
      if (!found || kept.mutants.some((one) => one.name === name)) continue;
      if (areSame(["test/faults/mutants", ...caughtBy])) kept.mutants.push({ ...found, commit: earlier });
    }
  }
}

/** Whether a file is one of those, or in one of those folders, or helps the tests among those from the same folder. */
function isRunBy(paths: readonly string[], file: string): boolean {
  const helps = (path: string) => path.endsWith(".test.ts") && dirname(path) === dirname(file);
  return (
    [...RUN_BY_ALL, ...paths].some((path) => file === path || file.startsWith(`${path}/`)) ||
    (!file.endsWith(".test.ts") && paths.some(helps))
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    // Nothing has been kept yet.
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
