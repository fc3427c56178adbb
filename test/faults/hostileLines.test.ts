import { describe } from "vitest";
import { testHostileLines } from "./support/testHostileLines.ts";

describe("hostile lines", { retry: 0 }, () => testHostileLines({ runs: 100, files: 8 }));
