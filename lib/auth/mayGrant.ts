import { RefusedError } from "../api/errors.ts";
import { type Acting, audit } from "../api/verb.ts";
import type { Context } from "../context.ts";
import type { PlatformRole } from "../db/generated/enums.ts";
import { permissionsOfRole } from "./permissions.ts";

/**
 * Nobody gives, or takes over, what they do not have themselves: not a role, and not a key. Who tries is recorded.
 * @throws RefusedError `forbidden`
 */
export async function assertMayGrant(
  ctx: Context & Acting,
  action: string,
  role: PlatformRole,
  scopes: readonly string[] = [],
): Promise<void> {
  const permission = [...permissionsOfRole(role, scopes)].find((name) => !ctx.actor.permissions.has(name));
  if (permission === undefined) return;
  await audit(ctx, ctx.db, { action, outcome: "denied", details: { permission } });
  throw new RefusedError(
    "forbidden",
    `You cannot grant the permission "${permission}", because you do not have it yourself.`,
  );
}
