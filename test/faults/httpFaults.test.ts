import { describe } from "vitest";
import { testHttpFaults } from "./support/testHttpFaults.ts";

describe("HTTP faults", { retry: 0 }, () => testHttpFaults({ oneIn: 9 }));
