import { describe } from "vitest";
import { testRaces } from "./requeueRaces.ts";

describe("requeues that meet", () => testRaces(100));
