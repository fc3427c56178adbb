import { hashPassword } from "better-auth/crypto";
import { makeApiKey } from "../../lib/auth/apiKeys.ts";
import type { Context } from "../../lib/context.ts";
import type { PlatformRole } from "../../lib/db/enums.ts";
import type { NewUser } from "../../lib/signIn/createUser.ts";
import { rowsIn } from "./rows/index.ts";

export const PASSWORD = "correct horse battery staple";

interface KeyLimits {
  scopes?: string[];
  expiresAt?: Date;
  allowedAddresses?: string[];
}

/** An API key of a service account with this role, ready to be sent as `Authorization: Bearer`. */
export async function addKey(ctx: Context, role: PlatformRole, more: KeyLimits = {}) {
  const { id: serviceAccountId } = await rowsIn(ctx.db).serviceAccount({ role });
  return { serviceAccountId, ...(await insertKey(ctx, { serviceAccountId, ...more })) };
}

/** The same for one of a company. */
export function addCompanyKey(ctx: Context, companyId: string, more: KeyLimits = {}) {
  return insertKey(ctx, { companyId, ...more });
}

async function insertKey({ db }: Context, given: KeyLimits & { serviceAccountId?: string; companyId?: string }) {
  const { key, hash, prefix } = makeApiKey();
  const { id } = await rowsIn(db).apiKey({ name: `key ${prefix} ${hash.slice(0, 8)}`, hash, prefix, ...given });
  return { id, key, headers: { Authorization: `Bearer ${key}` } };
}

/** Computed once: it is meant to take long. */
let hashOfPassword: Promise<string> | undefined;

/** A user who has chosen their password (PASSWORD) already. */
export async function addUser({ db }: Pick<Context, "db">, user: NewUser): Promise<string> {
  hashOfPassword ??= hashPassword(PASSWORD);
  const password = await hashOfPassword;
  const rows = rowsIn(db);
  const settled = { email: user.email.toLowerCase(), mustChangePassword: false };
  if (user.realm === "platform") {
    const { realm: _, ...given } = user;
    const { id } = await rows.platformUser({ ...given, ...settled });
    await rows.platformAccount({ userId: id, password });
    return id;
  }
  const { realm: _, ...given } = user;
  const { id } = await rows.user({ ...given, ...settled });
  await rows.userAccount({ userId: id, password });
  return id;
}

/** The cookies of a session as a browser context takes them. */
export async function signInForBrowser(url: string, realm: NewUser["realm"], email: string) {
  const { Cookie } = await signIn(url, realm, email);
  return Cookie.split("; ").map((cookie) => {
    const at = cookie.indexOf("=");
    return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url };
  });
}

/** Signs in over HTTP with PASSWORD, and answers the cookies of the session as one header. */
export async function signIn(
  url: string,
  realm: NewUser["realm"],
  email: string,
  origin = url,
): Promise<{ Cookie: string }> {
  const reply = await fetch(`${url}/api/auth/${realm}/sign-in/email`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (reply.status !== 200) throw new Error(`Sign-in answered ${reply.status}: ${await reply.text()}`);
  return {
    Cookie: reply.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";", 1)[0])
      .join("; "),
  };
}
