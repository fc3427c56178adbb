import { testHttpFaults } from "./support/testHttpFaults.ts";

testHttpFaults({ oneIn: 9 });
