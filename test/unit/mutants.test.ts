import { join } from "node:path";
import { it } from "vitest";
import { assertFit } from "../../scripts/faults/runMutants.ts";
import { MUTANTS } from "../faults/mutants/index.ts";

// The mutants are tried in the long run alone, an hour in: a text that has changed since is to be noticed before.
it("every mutant has exactly one place in the project", async () => {
  await assertFit(join(import.meta.dirname, "../.."), MUTANTS);
});
