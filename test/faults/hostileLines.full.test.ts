import { describe } from "vitest";
import { LONG_RUN } from "./support/report.ts";
import { testHostileLines } from "./support/testHostileLines.ts";

describe("hostile lines", { retry: 0 }, () =>
  testHostileLines(LONG_RUN ? { runs: 5_000, files: 300 } : { runs: 500, files: 16 }),
);
