import type { Mutant } from "../../test/faults/mutants/mutant.ts";
import { type Family, findFaults, type ReadReport } from "./families.ts";
import type { Kept, KeptFamily, KeptMutant } from "./kept.ts";

/** A mutant, and what became of it. */
export interface TriedMutant extends KeptMutant {
  mutant: Mutant;
}

/** All that the runs at one commit have shown so far, in the order of the page. */
export interface Merged {
  families: (KeptFamily & { title: string })[];
  mutants: TriedMutant[];
  /** What is not as it must be, a sentence each. */
  faults: string[];
  /** What has not been run yet, a sentence each. */
  missing: string[];
}

/** Puts the parts together: what is there, what is wrong with it, and what is still to be run. */
export function merge(
  kept: Kept,
  due: { families: readonly Family[]; mutants: readonly Mutant[]; long: boolean },
): Merged {
  const families = due.families.flatMap(({ family, title }) => {
    const found = kept.families.find((one) => one.family === family);
    return found ? [{ ...found, title }] : [];
  });
  const mutants = due.mutants.flatMap((mutant) => {
    const found = kept.mutants.find(({ name }) => name === mutant.name);
    return found ? [{ ...found, mutant }] : [];
  });
  const without = due.families.filter(({ family }) => !kept.families.some((one) => one.family === family));
  const untried = due.mutants.filter(({ name }) => !kept.mutants.some((one) => one.name === name));
  return {
    families,
    mutants,
    faults: [...families.flatMap((family) => judgeFamily(family, due.long)), ...mutants.flatMap(judgeMutant)],
    missing: [
      ...without.map(({ family }) => `${family}: not run.`),
      ...(untried.length > 0 ? [`mutants: ${untried.length} of ${due.mutants.length} were not tried.`] : []),
    ],
  };
}

export function reportsOf({ families }: Merged): ReadReport[] {
  return families.flatMap(({ report }) => report ?? []);
}

function judgeFamily({ family, failed, report }: KeptFamily, long: boolean): string[] {
  const faults = report ? findFaults(report, long) : [`${family}: no report; its tests did not run to their end.`];
  return [...faults, ...failed.map((name) => `Failed: ${name}.`)];
}

function judgeMutant({ mutant, caughtBy, unusable }: TriedMutant): string[] {
  if (caughtBy.length > 0) return [];
  return unusable === undefined
    ? [`The mutant ${mutant.name} is not caught by ${mutant.caughtBy.join(", ")}.`]
    : [`The mutant ${mutant.name} shows nothing: ${unusable}.`];
}
