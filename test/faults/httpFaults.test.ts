import { describe } from "vitest";
import { testHttpFaults } from "./support/testHttpFaults.ts";

describe("HTTP faults", () => testHttpFaults({ oneIn: 9 }));
