import { randomUUID } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import { makeApiKey } from "../../lib/auth/apiKeys.ts";
import { createUser, type NewUser } from "../../lib/auth/createUser.ts";
import type { Context } from "../../lib/context.ts";
import type { PlatformRole } from "../../lib/db/generated/enums.ts";

export const PASSWORD = "correct horse battery staple";

/** An API key of this role, ready to be sent as `Authorization: Bearer`. */
export async function addKey(ctx: Context, role: PlatformRole, more: { scopes?: string[]; expiresAt?: Date } = {}) {
  const { key, hash, prefix } = makeApiKey();
  const id = randomUUID();
  await ctx.db.query(
    `INSERT INTO "ApiKey" ("id", "name", "role", "scopes", "hash", "prefix", "createdBy", "expiresAt")
     VALUES ($1, $2, $3, $4, $5, $6, 'test', $7)`,
    [id, `key of ${role} ${id}`, role, more.scopes ?? [], hash, prefix, more.expiresAt ?? null],
  );
  return { id, key, headers: { Authorization: `Bearer ${key}` } };
}

/** A user who has chosen their password (PASSWORD) already. */
export async function addUser(ctx: Context, user: NewUser): Promise<string> {
  const { id } = await createUser(ctx, ctx.db, user);
  const [users, accounts] = user.realm === "platform" ? ["PlatformUser", "PlatformAccount"] : ["User", "UserAccount"];
  await ctx.db.query(`UPDATE "${users}" SET "mustChangePassword" = false WHERE "id" = $1`, [id]);
  await ctx.db.query(`UPDATE "${accounts}" SET "password" = $2 WHERE "userId" = $1`, [
    id,
    await hashPassword(PASSWORD),
  ]);
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
