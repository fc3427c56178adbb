import { BaseSequencer, type TestSpecification } from "vitest/node";

// Each of them keeps a core busy for minutes; begun last, they would leave the other core idle at the end.
const LONG = /\/test\/faults\/(crashMatrix|simulation|httpFaults|killLoop)(\.full)?\.test\.ts$/;

/** The order of the test files: the long ones first, then as Vitest has it (by what they took the last time, or by size). */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
