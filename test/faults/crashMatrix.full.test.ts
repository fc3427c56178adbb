import { describe } from "vitest";
import { LONG_RUN } from "./support/report.ts";
import { testCrashMatrix } from "./support/testCrashMatrix.ts";

const SHORT = { occurrences: 1, scenarios: 2, pausedScenarios: 1, shorter: false };
const LONG = { occurrences: 3, scenarios: 100, pausedScenarios: 8, shorter: false };
describe("crash matrix", () => testCrashMatrix({ ...(LONG_RUN ? LONG : SHORT), processes: 2 }));
