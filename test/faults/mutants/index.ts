import { ACCOUNTS } from "./accounts.ts";
import { COPIES } from "./copies.ts";
import type { Mutant } from "./mutant.ts";
import { RESULTS } from "./results.ts";
import { SUBMISSION } from "./submission.ts";

/** Every bug that the tests must catch. */
export const MUTANTS: readonly Mutant[] = [...SUBMISSION, ...RESULTS, ...COPIES, ...ACCOUNTS];
