import { codeOf } from "../../errors.ts";

/** deadlock_detected, serialization_failure: PostgreSQL rolled the transaction back for another's sake. */
const CONFLICTS = ["40P01", "40001"];
const ATTEMPTS = 5;

/** Runs a transaction again when it gave way to another one. */
export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= ATTEMPTS || !CONFLICTS.includes(codeOf(error) ?? "")) throw error;
    }
  }
}
