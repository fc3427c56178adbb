import { testSimulation } from "./support/testSimulation.ts";

testSimulation({ seeds: 20, beyond: 4, processes: 1 });
