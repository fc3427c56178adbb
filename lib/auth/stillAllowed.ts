import type { Context } from "../context.ts";
import type { CompanyRole, PlatformRole } from "../db/generated/enums.ts";
import type { Actor } from "./actor.ts";
import { findKeyActorById } from "./apiKeys.ts";
import { OPEN_STATUSES } from "./companyAccess.ts";
import { type Permission, permissionsOfCompanyRole, permissionsOfRole } from "./permissions.ts";
import { REALMS } from "./realms.ts";

/**
 * Whether somebody who was let in is still let in, and still has this permission: asked again and again by what lasts, such as
 * a live connection. Their session or key, they themselves, their role and their company are read anew.
 */
export async function isStillAllowed(ctx: Context, actor: Actor, permission: Permission): Promise<boolean> {
  switch (actor.kind) {
    case "command":
      return true;
    case "key":
    case "company_key":
      return (await findKeyActorById(ctx, actor.id))?.permissions.has(permission) ?? false;
    case "user": {
      const role = await roleBehind<PlatformRole>(ctx, REALMS.platform, actor.sessionId);
      return role !== undefined && permissionsOfRole(role).has(permission);
    }
    case "company_user": {
      const role = await roleBehind<CompanyRole>(ctx, REALMS.company, actor.sessionId);
      return role !== undefined && permissionsOfCompanyRole(role).has(permission);
    }
  }
}

/** The role of whose session it is; undefined if it has ended, or they are let in no more. */
async function roleBehind<R extends string>(
  { db, clock }: Context,
  { kind, users, sessions }: (typeof REALMS)[keyof typeof REALMS],
  sessionId: string,
): Promise<R | undefined> {
  const open =
    kind === "company_user"
      ? `AND EXISTS (SELECT 1 FROM "Company" c WHERE c."id" = u."companyId" AND c."status" IN ${OPEN_STATUSES})`
      : "";
  const { rows } = await db.query<{ role: R }>(
    `SELECT u."role" FROM "${sessions}" s JOIN "${users}" u ON u."id" = s."userId"
      WHERE s."id" = $1 AND s."expiresAt" > $2 AND u."disabledAt" IS NULL ${open}`,
    [sessionId, clock.now()],
  );
  return rows[0]?.role;
}
