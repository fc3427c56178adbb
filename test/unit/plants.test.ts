import { join } from "node:path";
import { it } from "vitest";
import { assertFit } from "../../scripts/faults/plantBugs.ts";
import { PLANTS } from "../faults/planted/plants.ts";

// The bugs are planted in the long run alone, an hour in: a text that has changed since is to be noticed before.
it("every bug that the long run plants has exactly one place in the project", async () => {
  await assertFit(join(import.meta.dirname, "../.."), PLANTS);
});
