import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, LiveDashError } from "../../lib/errors.ts";
import { type Commit, describeCommit } from "./commit.ts";
import { reportShape } from "./families.ts";

const count = z.number().int().nonnegative();

/** What one family has shown at one commit. */
const familyShape = z.object({
  family: z.string(),
  /** When it began. */
  at: z.iso.datetime(),
  machine: z.string(),
  seconds: z.number(),
  passed: count,
  /** The tests that failed. */
  failed: z.array(z.string()),
  /** Missing if its tests did not come to it. */
  report: reportShape.optional(),
});

/** What became of one mutant. */
const mutantShape = z.object({
  name: z.string(),
  /** The tests that failed; none: the bug was not caught. */
  caughtBy: z.array(z.string()),
  /** Why that says nothing: it breaks more than it should. */
  unusable: z.string().optional(),
  seconds: z.number(),
});

/** Found at an earlier commit where it names one. */
type Found<T> = T & { commit?: string };
export type KeptFamily = Found<z.output<typeof familyShape>>;
export type KeptMutant = Found<z.output<typeof mutantShape>>;

export interface Kept {
  families: KeptFamily[];
  mutants: KeptMutant[];
}

/** Results of one commit, a file each, so that a run can break off anywhere and whatever was done before is there. */
export interface Results {
  folder: string;
  read(): Promise<Kept>;
  keepFamily(result: KeptFamily): Promise<void>;
  keepMutant(result: KeptMutant): Promise<void>;
}

export function resultsIn(folder: string): Results {
  const families = join(folder, "families");
  const mutants = join(folder, "mutants");
  return {
    folder,
    read: async () => ({
      families: await readAll(families, familyShape),
      mutants: await readAll(mutants, mutantShape),
    }),
    keepFamily: (result) => write(families, result.family, result),
    keepMutant: (result) => write(mutants, result.name, result),
  };
}

/**
 * The same, but what was run while somebody changed the project is not kept: nobody could tell of which code it speaks.
 * @throws LiveDashError `project_changed`
 */
export function resultsOfOneCommit(results: Results, commit: Commit, look = () => describeCommit()): Results {
  const assertSame = async () => {
    if ((await look()).key === commit.key) return;
    throw new LiveDashError(
      "project_changed",
      `The project has been changed since this began at commit ${commit.name}: what has just run is not kept. Run it again, best in a clone of its own.`,
    );
  };
  return {
    ...results,
    keepFamily: async (result) => {
      await assertSame();
      await results.keepFamily(result);
    },
    keepMutant: async (result) => {
      await assertSame();
      await results.keepMutant(result);
    },
  };
}

async function readAll<T>(folder: string, shape: z.ZodType<T>): Promise<T[]> {
  const names = await readdir(folder).catch((error) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith(".json")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => shape.parse(JSON.parse(text)));
}

/** Whole or not at all. */
async function write(folder: string, name: string, result: unknown): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  await writeFile(`${file}.new`, JSON.stringify(result, null, 2));
  await rename(`${file}.new`, file);
}
