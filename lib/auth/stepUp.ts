import { RefusedError } from "../api/errors.ts";
import type { Actor } from "./actor.ts";
import type { Permission } from "./permissions.ts";
import { CONFIRMED_MINUTES } from "./sessionLife.ts";

/** What a session that was taken over must not do: it asks for the second factor once more. */
const GUARDED: ReadonlySet<Permission> = new Set<Permission>(["users.write", "keys.write", "company.users.write"]);

export const SECOND_FACTOR_NEEDED = {
  code: "second_factor_needed",
  message: `Confirm that it is you: send a code of your second factor to /two-factor/verify-totp of the sign-in, or, without a second factor, your password to /confirm-password. Then repeat the call within ${CONFIRMED_MINUTES} minutes.`,
} as const;

/**
 * People give their second factor once more before they change users and keys; keys for machines have none.
 * @throws RefusedError `second_factor_needed`
 */
export function assertConfirmed(actor: Actor, permission: Permission): void {
  if (!("confirmed" in actor) || actor.confirmed || !GUARDED.has(permission)) return;
  throw new RefusedError(SECOND_FACTOR_NEEDED.code, SECOND_FACTOR_NEEDED.message);
}
