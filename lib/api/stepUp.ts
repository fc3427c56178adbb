import type { Actor } from "../auth/actor.ts";
import type { Context } from "../context.ts";
import { RefusedError } from "./errors.ts";

/** How long a second factor that was asked for once more counts on its session. */
const CONFIRMED_MINUTES = 10;

export const SECOND_FACTOR_NEEDED = {
  code: "second_factor_needed",
  message: `Confirm that it is you: send a code of your second factor to /two-factor/verify-totp of the sign-in, or, without a second factor, your password to /confirm-password. Then repeat the call within ${CONFIRMED_MINUTES} minutes.`,
} as const;

/** Whether its owner has given the second factor, or without one the password, on this session a short while ago. */
export function isConfirmed(ctx: Pick<Context, "clock">, confirmedAt: Date | null | undefined): boolean {
  return !!confirmedAt && ctx.clock.now().getTime() - confirmedAt.getTime() < CONFIRMED_MINUTES * 60_000;
}

/** What an operation (`Operation`) says of itself. */
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
export function assertConfirmed(actor: Actor, operation: Declared): void {
  if (!("confirmed" in actor) || actor.confirmed || !needsConfirmation(operation)) return;
  throw new RefusedError(SECOND_FACTOR_NEEDED.code, SECOND_FACTOR_NEEDED.message);
}
