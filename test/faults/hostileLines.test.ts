import { testHostileLines } from "./support/testHostileLines.ts";

testHostileLines({ runs: 100, files: 8 });
