import { describe } from "vitest";
import { LONG_RUN } from "./support/report.ts";
import { testHttpFaults } from "./support/testHttpFaults.ts";

describe("HTTP faults", { retry: 0 }, () => testHttpFaults({ oneIn: LONG_RUN ? 1 : 3 }));
