import { randomInt } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import { RefusedError } from "../api/errors.ts";
import type { Context } from "../context.ts";
import type { CompanyRole, PlatformRole } from "../db/generated/enums.ts";
import type { Sql } from "../db/pool.ts";
import { REALMS } from "./realms.ts";

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
  const { users, accounts } = REALMS[user.realm];
  const company = user.realm === "company" ? user.companyId : undefined;
  const { rowCount } = await sql.query(
    `INSERT INTO "${users}" ("id", "email", "name", "role", "createdAt", "updatedAt"${company ? ', "companyId"' : ""})
     VALUES ($1, $2, $3, $4, $5, $5${company ? ", $6" : ""}) ON CONFLICT ("email") DO NOTHING`,
    [id, email, user.name, user.role, now, ...(company ? [company] : [])],
  );
  if (!rowCount) throw new RefusedError("conflict", `A user with the email address ${email} already exists.`);
  const { oneTimePassword, hash } = await makePassword();
  await sql.query(
    `INSERT INTO "${accounts}" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
     VALUES ($1, $2, 'credential', $2, $3, $4, $4)`,
    [ctx.newId(), id, hash, now],
  );
  return { id, oneTimePassword };
}

/** A password that is shown once: 20 characters, more than 110 bits. */
export async function makePassword(): Promise<{ oneTimePassword: string; hash: string }> {
  const characters = Array.from({ length: PASSWORD_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]);
  const oneTimePassword = characters.join("");
  return { oneTimePassword, hash: await hashPassword(oneTimePassword) };
}
