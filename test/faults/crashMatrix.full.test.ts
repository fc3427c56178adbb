import { LONG_RUN } from "./support/report.ts";
import { testCrashMatrix } from "./support/testCrashMatrix.ts";

testCrashMatrix(
  LONG_RUN
    ? { occurrences: 3, scenarios: 100, pausedScenarios: 8 }
    : { occurrences: 1, scenarios: 2, pausedScenarios: 1 },
);
