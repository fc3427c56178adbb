import { COPIES } from "./copies.ts";
import type { Plant } from "./plant.ts";
import { RESULTS } from "./results.ts";
import { SUBMISSION } from "./submission.ts";

/** Every bug that the tests must catch when it is planted. */
export const PLANTS: readonly Plant[] = [...SUBMISSION, ...RESULTS, ...COPIES];
