import { isLost } from "../db/connectionErrors.ts";
import { LiveDashError } from "../errors.ts";
import { RefusedError } from "./errors.ts";

/** A server that restarts, or the one that takes its place, mostly answers within seconds. */
const RETRY_AFTER_SECONDS = 5;
const SENTENCE = "LiveDash cannot reach its database at the moment. Try again in a few seconds.";

/** The refusal of a call that failed because the database is away, restarts or has no connection free; undefined for all else. */
export function refuseWhileAway(error: unknown): RefusedError | undefined {
  if (!isOfDatabase(error)) return undefined;
  return new RefusedError("database_unavailable", SENTENCE, { cause: error, retryAfter: RETRY_AFTER_SECONDS });
}

/** The sign-in library wraps what it cannot handle. What our own errors wrap may be a provider's or another server's. */
function isOfDatabase(error: unknown): boolean {
  if (error instanceof LiveDashError || !(error instanceof Error)) return false;
  return isLost(error) || isOfDatabase(error.cause);
}
