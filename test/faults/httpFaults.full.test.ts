import { LONG_RUN } from "./support/report.ts";
import { testHttpFaults } from "./support/testHttpFaults.ts";

testHttpFaults({ oneIn: LONG_RUN ? 1 : 3 });
