import { LONG_RUN } from "./support/report.ts";
import { testSimulation } from "./support/testSimulation.ts";

testSimulation(LONG_RUN ? { seeds: Number(process.env.SEEDS ?? 10_000), beyond: 500 } : { seeds: 200, beyond: 20 });
