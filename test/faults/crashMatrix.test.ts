import { describe } from "vitest";
import { testCrashMatrix } from "./support/testCrashMatrix.ts";

// Every point once. The full suite breaks off more scenarios there, and pauses them too.
describe("crash matrix", () => testCrashMatrix({ occurrences: 1, scenarios: 1, pausedScenarios: 0, processes: 1 }));
