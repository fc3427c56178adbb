import { describe } from "vitest";
import { LONG_RUN } from "./support/report.ts";
import { testHttpFaults } from "./support/testHttpFaults.ts";

describe("HTTP faults", () => testHttpFaults({ oneIn: LONG_RUN ? 1 : 3 }));
