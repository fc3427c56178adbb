import { RefusedError } from "../../api/errors.ts";

/**
 * Nothing is dated back: what was charged by then would no longer be what the tables say. The first of its kind may be,
 * since nothing was charged without it.
 * @throws RefusedError `invalid_input`
 */
export function assertNotPast(from: Date, now: Date, isFirst: boolean): void {
  if (isFirst || from >= now) return;
  const sentence = "effectiveFrom: is in the past, and requests have already been charged since then";
  throw new RefusedError("invalid_input", `The input is not valid. ${sentence}`);
}
