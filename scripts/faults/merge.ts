import type { Plant } from "../../test/faults/planted/plant.ts";
import { type Family, findFaults, type ReadReport } from "./families.ts";
import type { Kept, KeptFamily, KeptPlant } from "./kept.ts";

/** A planted bug, and what became of it. */
export interface Planted extends KeptPlant {
  plant: Plant;
}

/** All that the runs at one commit have shown so far, in the order of the page. */
export interface Merged {
  families: (KeptFamily & { title: string })[];
  planted: Planted[];
  /** What is not as it must be, a sentence each. */
  faults: string[];
  /** What has not been run yet, a sentence each. */
  missing: string[];
}

/** Puts the parts together: what is there, what is wrong with it, and what is still to be run. */
export function merge(
  kept: Kept,
  due: { families: readonly Family[]; plants: readonly Plant[]; long: boolean },
): Merged {
  const families = due.families.flatMap(({ family, title }) => {
    const found = kept.families.find((one) => one.family === family);
    return found ? [{ ...found, title }] : [];
  });
  const planted = due.plants.flatMap((plant) => {
    const found = kept.planted.find(({ name }) => name === plant.name);
    return found ? [{ ...found, plant }] : [];
  });
  const without = due.families.filter(({ family }) => !kept.families.some((one) => one.family === family));
  const unplanted = due.plants.filter(({ name }) => !kept.planted.some((one) => one.name === name));
  return {
    families,
    planted,
    faults: [...families.flatMap((family) => judgeFamily(family, due.long)), ...planted.flatMap(judgePlanted)],
    missing: [
      ...without.map(({ family }) => `${family}: not run.`),
      ...(unplanted.length > 0 ? [`planted: ${unplanted.length} of ${due.plants.length} bugs were not planted.`] : []),
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

function judgePlanted({ plant, caughtBy, unusable }: Planted): string[] {
  if (caughtBy.length > 0) return [];
  return unusable === undefined
    ? [`The planted bug ${plant.name} is not caught by ${plant.caughtBy.join(", ")}.`]
    : [`The planted bug ${plant.name} shows nothing: ${unusable}.`];
}
