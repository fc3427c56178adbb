import { coveredBy, type Permission } from "../auth/permissions.ts";
import { DeniedError } from "./errors.ts";
import type { Acting } from "./operation.ts";

/**
 * Nobody gives, or takes over, what they do not have themselves, in whichever realm: not a role, and not a key.
 * @throws DeniedError `forbidden`
 */
export function assertMayGrant({ actor }: Acting, action: string, permissions: Iterable<Permission>): void {
  const lacking = [...permissions].find((permission) => !coveredBy(actor.permissions, permission));
  if (lacking === undefined) return;
  throw new DeniedError(`You cannot grant the permission "${lacking}", because you do not have it yourself.`, {
    action,
    details: { permission: lacking },
  });
}
