import { describe } from "vitest";
import { testSimulation } from "./support/testSimulation.ts";

// What goes beyond the promise is for the full suite, which plays more seeds too.
describe("simulation", { retry: 0 }, () => testSimulation({ seeds: 20, beyond: 0, processes: 1 }));
