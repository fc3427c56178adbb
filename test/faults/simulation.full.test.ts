import { describe } from "vitest";
import { LONG_RUN } from "./support/report.ts";
import { testSimulation } from "./support/testSimulation.ts";

const SHORT = { seeds: 30, beyond: 5 };
const LONG = { seeds: Number(process.env.SEEDS ?? 2_000), beyond: 200 };
// Alone on two cores, processes wait for PostgreSQL most of the time; beside other tests, two are enough.
describe("simulation", { retry: 0 }, () =>
  testSimulation({ ...(LONG_RUN ? LONG : SHORT), processes: LONG_RUN ? 4 : 2 }),
);
