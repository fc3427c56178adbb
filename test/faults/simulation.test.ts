import { describe } from "vitest";
import { testSimulation } from "./support/testSimulation.ts";

describe("simulation", () => testSimulation({ seeds: 20, beyond: 4, processes: 1 }));
