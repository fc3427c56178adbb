import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest, in the order in which it begins: begun last, it would leave the other cores idle at the end. */
const FIRST = [
  "faults/crashMatrix",
  "journey",
  "faults/killLoop",
  "faults/httpFaults",
  "pipeline/guards",
  "pipeline/ends",
  "pipeline/collecting",
  "cli/run",
  "cli/doctor",
  "api/everyEndpoint",
  "pipeline/submission",
  "api/closed",
];
/** It waits until the crash matrix has ended: one simulation plays at a time. */
const LATER = "faults/simulation";

/**
 * The order of the test files: the long ones first, then those that a worker loads into one process, next to each other,
 * then as Vitest has it (by what they took the last time, or by size).
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId, project }: TestSpecification): number {
  const isNamed = (name: string) => new RegExp(`/test/${name}(\\.full)?\\.test\\.ts$`).test(moduleId);
  const first = FIRST.findIndex(isNamed);
  if (first >= 0) return first;
  if (project.name === "browser") return FIRST.length;
  return FIRST.length + (isNamed(LATER) ? 1 : 2);
}
