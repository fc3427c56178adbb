import { randomInt } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import { RefusedError } from "../api/errors.ts";
import { inEachRealm, REALMS } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { CompanyRole, PlatformRole } from "../db/enums.ts";
import type { Sql } from "../db/pool.ts";
import { oneOf, statement, text, timestamp } from "../db/statement.ts";

/** Without letters and digits that look alike. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
const PASSWORD_CHARACTERS = 20;

export type NewUser = { email: string; name: string } & (
  | { realm: "platform"; role: PlatformRole }
  | { realm: "company"; role: CompanyRole; companyId: string }
);

/**
 * Makes a user with a password that is answered here and stored nowhere: it works until its owner, who has to, has
 * chosen another, and for ONE_TIME_PASSWORD_DAYS at most.
 * @throws RefusedError `conflict`
 */
export async function createUser(
  ctx: Pick<Context, "newId" | "clock">,
  sql: Sql,
  user: NewUser,
): Promise<{ id: string; oneTimePassword: string }> {
  const id = ctx.newId();
  const now = ctx.clock.now();
  const email = user.email.trim().toLowerCase();
  const added = await (user.realm === "company"
    ? ADD_USER.company.run(sql, { ...user, id, email, now })
    : ADD_USER.platform.run(sql, { ...user, id, email, now }));
  if (added === 0) throw new RefusedError("conflict", `A user with the email address ${email} already exists.`);
  const { oneTimePassword, hash } = await makePassword();
  await ADD_ACCOUNT[user.realm].run(sql, { id: ctx.newId(), userId: id, hash, now });
  return { id, oneTimePassword };
}

const NEW = { id: text, email: text, name: text, now: timestamp };
const ADD_USER = {
  platform: statement({
    sql: `INSERT INTO "${REALMS.platform.users}" ("id", "email", "name", "createdAt", "updatedAt", "role")
          VALUES ($1, $2, $3, $4, $4, $5) ON CONFLICT ("email") DO NOTHING`,
    params: { ...NEW, role: oneOf("PlatformRole", PlatformRole) },
  }),
  company: statement({
    sql: `INSERT INTO "${REALMS.company.users}" ("id", "email", "name", "createdAt", "updatedAt", "role", "companyId")
          VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT ("email") DO NOTHING`,
    params: { ...NEW, role: oneOf("CompanyRole", CompanyRole), companyId: text },
  }),
};

const ADD_ACCOUNT = inEachRealm(({ accounts }) =>
  statement({
    sql: `INSERT INTO "${accounts}" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
          VALUES ($1, $2, 'credential', $2, $3, $4, $4)`,
    params: { id: text, userId: text, hash: text, now: timestamp },
  }),
);

/** A password that is shown once: 20 characters, more than 110 bits. */
export async function makePassword(): Promise<{ oneTimePassword: string; hash: string }> {
  const characters = Array.from({ length: PASSWORD_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]);
  const oneTimePassword = characters.join("");
  return { oneTimePassword, hash: await hashPassword(oneTimePassword) };
}
