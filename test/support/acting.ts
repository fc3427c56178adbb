import type { CallContext } from "../../lib/api/operation.ts";
import type { Actor } from "../../lib/auth/actor.ts";
import { type Permission, permissionsOfRole } from "../../lib/auth/permissions.ts";
import type { PlatformRole } from "../../lib/db/enums.ts";
import type { Database } from "../../lib/db/pool.ts";
import { openLog } from "../../lib/observability/log.ts";
import { consoleContext } from "./consoleContext.ts";

/** The context of an operation that a platform user calls; `scopes` narrow what they may do, as those of a key do. */
export function actingAs(
  db: Database,
  role: PlatformRole,
  more: { id?: string; scopes?: Permission[] } = {},
): CallContext {
  const actor: Actor = {
    kind: "user",
    sessionId: "session-1",
    hasSecondFactor: false,
    id: more.id ?? "boss",
    name: "boss@example.com",
    displayName: "Boss",
    role,
    permissions: permissionsOfRole(role, more.scopes),
    pending: undefined,
    confirmed: true,
  };
  const ctx = consoleContext(db, openLog({ level: "fatal", format: "json" }));
  return { ...ctx, actor, from: "192.0.2.1", requestId: "request-1" };
}
