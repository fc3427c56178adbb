import { isConflict } from "../../db/connectionErrors.ts";

const ATTEMPTS = 5;

/** Runs a transaction again when it gave way to another one. */
export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isConflict(error)) throw error;
    }
  }
}
