import { RefusedError } from "../api/errors.ts";
import type { Actor } from "./actor.ts";
import { CONFIRMED_MINUTES } from "./sessionLife.ts";

export const SECOND_FACTOR_NEEDED = {
  code: "second_factor_needed",
  message: `Confirm that it is you: send a code of your second factor to /two-factor/verify-totp of the sign-in, or, without a second factor, your password to /confirm-password. Then repeat the call within ${CONFIRMED_MINUTES} minutes.`,
} as const;

/** What an operation (`Verb`) says of itself. */
interface Declared {
  method: string;
  confirmed?: "not needed";
}

/** What a session that was taken over must not do: all that changes something, unless the operation says that it need not ask. */
export function needsConfirmation({ method, confirmed }: Declared): boolean {
  return method !== "GET" && confirmed !== "not needed";
}

/**
 * People give their second factor once more before they change users, keys, secrets or access; keys for machines have none.
 * @throws RefusedError `second_factor_needed`
 */
export function assertConfirmed(actor: Actor, verb: Declared): void {
  if (!("confirmed" in actor) || actor.confirmed || !needsConfirmation(verb)) return;
  throw new RefusedError(SECOND_FACTOR_NEEDED.code, SECOND_FACTOR_NEEDED.message);
}
