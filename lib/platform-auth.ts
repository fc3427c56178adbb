import { z } from "zod";
import { isConfirmed } from "./api/stepUp.ts";
import type { Actor, CompanyUserActor, KeyRefusal, PlatformUserActor, Realm } from "./auth/actor.ts";
import { findKeyActor } from "./auth/apiKeys.ts";
import { CLIENT_IP_HEADER } from "./auth/headers.ts";
import { permissionsOfCompanyRole, permissionsOfRole } from "./auth/permissions.ts";
import type { Context } from "./context.ts";
import { CompanyRole, PlatformRole } from "./db/enums.ts";
import { keepSession } from "./signIn/sessionLife.ts";
import { openSignIn, type SignIn } from "./signIn/signIn.ts";

/** Who may enter: each side with a session of its own people or a key of its own programs. */
export interface Authentication {
  /** Whoever sends these headers; undefined if that is nobody we know. */
  identify(realm: Realm, headers: Headers): Promise<Actor | KeyRefusal | undefined>;
  /** Answers the calls of the sign-in pages, once they are read (readSignInCall): passwords, second factors, sessions. */
  handle(realm: Realm, call: Request): Promise<Response>;
}

/**
 * @param options.twoFactorRequired whether SUPER_ADMIN and ADMIN must have a second factor
 * @throws LiveDashError `no_secret`
 */
export function openAuthentication(ctx: Context, options: { twoFactorRequired: boolean }): Authentication {
  const signIns: Record<Realm, SignIn> = { platform: openSignIn(ctx, "platform"), company: openSignIn(ctx, "company") };

  const identify = async (realm: Realm, headers: Headers): Promise<Actor | KeyRefusal | undefined> => {
    const authorization = headers.get("authorization");
    if (authorization !== null) {
      const bearer = /^Bearer (\S+)$/i.exec(authorization)?.[1];
      if (bearer === undefined) return undefined;
      return findKeyActor(ctx, realm, bearer, headers.get(CLIENT_IP_HEADER));
    }
    const found = await findSession(signIns[realm], headers);
    const kept = found && (await keepSession(ctx, realm, found.session, found.user));
    if (!kept) return undefined;
    const confirmed = isConfirmed(ctx, found.session.confirmedAt);
    return realm === "platform"
      ? platformUser({ ...found.session, confirmed }, platformShape.parse(found.user), options.twoFactorRequired)
      : companyUser({ ...found.session, confirmed }, companyShape.parse(found.user), kept.twoFactorRequired);
  };

  return {
    identify,
    handle: async (realm, call) => {
      // A session that may not be used any more ends here, before the library would take it.
      const found = await findSession(signIns[realm], call.headers);
      if (found) await keepSession(ctx, realm, found.session, found.user);
      return signIns[realm].handler(call);
    },
  };
}

async function findSession(signIn: SignIn, headers: Headers) {
  if (!headers.has("cookie")) return undefined;
  const found: { session: unknown; user: unknown } | null = await signIn.api.getSession({ headers });
  return found ? sessionShape.parse(found) : undefined;
}

const sessionShape = z.object({
  session: z.object({ id: z.string(), updatedAt: z.date(), confirmedAt: z.date().nullish() }),
  user: z.looseObject({ disabledAt: z.date().nullish(), companyId: z.string().optional() }),
});
const personShape = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  mustChangePassword: z.boolean(),
  twoFactorEnabled: z.boolean().nullish(),
});
const platformShape = personShape.extend({ role: z.enum(PlatformRole) });
const companyShape = personShape.extend({ role: z.enum(CompanyRole), companyId: z.string() });

interface Session {
  id: string;
  confirmed: boolean;
}

function platformUser(
  session: Session,
  user: z.output<typeof platformShape>,
  twoFactorRequired: boolean,
): PlatformUserActor {
  const needsTwoFactor = twoFactorRequired && user.role !== "SUPPORT" && !user.twoFactorEnabled;
  return {
    kind: "user",
    sessionId: session.id,
    confirmed: session.confirmed,
    id: user.id,
    name: user.email,
    displayName: user.name,
    hasSecondFactor: user.twoFactorEnabled ?? false,
    role: user.role,
    permissions: permissionsOfRole(user.role),
    pending: user.mustChangePassword ? "password" : needsTwoFactor ? "two_factor" : undefined,
  };
}

function companyUser(
  session: Session,
  user: z.output<typeof companyShape>,
  twoFactorRequired: boolean,
): CompanyUserActor {
  const needsTwoFactor = twoFactorRequired && !user.twoFactorEnabled;
  return {
    kind: "company_user",
    sessionId: session.id,
    confirmed: session.confirmed,
    id: user.id,
    name: user.email,
    displayName: user.name,
    hasSecondFactor: user.twoFactorEnabled ?? false,
    role: user.role,
    companyId: user.companyId,
    permissions: permissionsOfCompanyRole(user.role),
    pending: user.mustChangePassword ? "password" : needsTwoFactor ? "two_factor" : undefined,
  };
}
