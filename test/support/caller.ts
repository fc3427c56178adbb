import { randomUUID } from "node:crypto";
import type { CallContext } from "../../lib/api/verb.ts";
import { permissionsOfRole } from "../../lib/auth/permissions.ts";
import type { PipelineContext } from "../../lib/context.ts";
import type { PlatformRole } from "../../lib/db/enums.ts";

/** What a verb is given when somebody of this role calls it with a key. */
export function callerOf(ctx: PipelineContext, role: PlatformRole): CallContext {
  const id = randomUUID();
  const actor = {
    kind: "key",
    id,
    name: `key of ${role}`,
    role,
    permissions: permissionsOfRole(role),
    ownerId: undefined,
    allowedAddresses: [],
    expiresAt: new Date("2100-01-01"),
  } as const;
  return { ...ctx, actor, from: "192.0.2.1", requestId: randomUUID() };
}
