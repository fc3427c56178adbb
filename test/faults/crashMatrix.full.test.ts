import { describe } from "vitest";
import { LONG_RUN } from "./support/report.ts";
import { testCrashMatrix } from "./support/testCrashMatrix.ts";

const SHORT = { occurrences: 1, scenarios: 1, pausedScenarios: 0, shorter: false };
const LONG = { occurrences: 2, scenarios: 8, pausedScenarios: 2, shorter: false };
// Alone on two cores, processes wait for PostgreSQL most of the time; beside other tests, two are enough.
describe("crash matrix", { retry: 0 }, () =>
  testCrashMatrix({ ...(LONG_RUN ? LONG : SHORT), processes: LONG_RUN ? 4 : 2 }),
);
