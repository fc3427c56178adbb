import { describe } from "vitest";
import { testHostileLines } from "./support/testHostileLines.ts";

describe("hostile lines", () => testHostileLines({ runs: 100, files: 8 }));
