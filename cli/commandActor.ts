import { userInfo } from "node:os";
import type { Acting } from "../lib/api/operation.ts";
import { ALL_PERMISSIONS } from "../lib/auth/permissions.ts";
import type { Context } from "../lib/context.ts";

/** The context of what is done at the command line: whoever has the machine and its configuration may do everything. */
export function atCommandLine<C extends Context>(ctx: C): C & Acting {
  const actor = {
    kind: "command",
    id: "command",
    name: userName(),
    permissions: ALL_PERMISSIONS,
  } as const;
  return { ...ctx, actor, from: null, requestId: ctx.newId() };
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
