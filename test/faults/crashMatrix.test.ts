import { describe } from "vitest";
import { testCrashMatrix } from "./support/testCrashMatrix.ts";

// Every point once. The full suite breaks off other scenarios there; the long run many more, and pauses them too.
const ONCE = { occurrences: 1, scenarios: 1, pausedScenarios: 0, shorter: true };
describe("crash matrix", { retry: 0 }, () => testCrashMatrix({ ...ONCE, processes: 1 }));
