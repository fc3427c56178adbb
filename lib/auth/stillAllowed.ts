import type { Context } from "../context.ts";
import { CompanyRole, PlatformRole } from "../db/enums.ts";
import { arrayOf, type Column, oneOf, statement, text, timestamp } from "../db/statement.ts";
import type { Actor, Realm } from "./actor.ts";
import { findKeyActors } from "./apiKeys.ts";
import { ofOpenCompany } from "./companyAccess.ts";
import { type Permission, permissionsOfCompanyRole, permissionsOfRole } from "./permissions.ts";
import { REALMS } from "./realms.ts";

/**
 * Who of those who were let in is still let in, and with which permissions: asked again and again by what lasts, such as live
 * connections. Sessions and keys, whose they are, roles and companies are read anew, for all of them at once.
 */
export async function readStillAllowed(
  ctx: Context,
  actors: readonly Actor[],
): Promise<(actor: Actor, permission: Permission) => boolean> {
  const people = await rolesBehind(ctx, FIND_ROLES.platform, sessionsOf(actors, "user"));
  const companies = await rolesBehind(ctx, FIND_ROLES.company, sessionsOf(actors, "company_user"));
  const keys = await findKeyActors(
    ctx,
    actors.flatMap((actor) => (actor.kind === "key" || actor.kind === "company_key" ? [actor.id] : [])),
  );
  return (actor, permission) => {
    switch (actor.kind) {
      case "command":
        return true;
      case "key":
      case "company_key":
        return keys.get(actor.id)?.permissions.has(permission) ?? false;
      case "user": {
        const role = people.get(actor.sessionId);
        return role !== undefined && permissionsOfRole(role).has(permission);
      }
      case "company_user": {
        const role = companies.get(actor.sessionId);
        return role !== undefined && permissionsOfCompanyRole(role).has(permission);
      }
    }
  };
}

/** The same for one. */
export async function isStillAllowed(ctx: Context, actor: Actor, permission: Permission): Promise<boolean> {
  return (await readStillAllowed(ctx, [actor]))(actor, permission);
}

function sessionsOf(actors: readonly Actor[], kind: "user" | "company_user"): string[] {
  return actors.flatMap((actor) => (actor.kind === kind ? [actor.sessionId] : []));
}

/** The roles of those whose sessions these are; without those that have ended, and those who are let in no more. */
async function rolesBehind<R extends string>(
  { db, clock }: Context,
  find: ReturnType<typeof findRoles<R>>,
  sessionIds: readonly string[],
): Promise<Map<string, R>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await find.rows(db, { sessionIds, now: clock.now() });
  return new Map(rows.map(({ id, role }) => [id, role]));
}

const findRoles = <R extends string>(realm: Realm, role: Column<R>) =>
  statement({
    sql: `SELECT s."id", u."role" FROM "${REALMS[realm].sessions}" s JOIN "${REALMS[realm].users}" u ON u."id" = s."userId"
           WHERE s."id" = ANY($1) AND s."expiresAt" > $2 AND u."disabledAt" IS NULL ${ofOpenCompany(realm)}`,
    params: { sessionIds: arrayOf(text), now: timestamp },
    row: { id: text, role },
  });

const FIND_ROLES = {
  platform: findRoles("platform", oneOf("PlatformRole", PlatformRole)),
  company: findRoles("company", oneOf("CompanyRole", CompanyRole)),
};
