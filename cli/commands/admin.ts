import { addUser, newUser } from "../../lib/admin/users/createUser.ts";
import { giveNewPassword } from "../../lib/admin/users/resetPassword.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { parseInput } from "../../lib/api/operation.ts";
import type { Realm } from "../../lib/auth/actor.ts";
import { REALMS } from "../../lib/auth/realms.ts";
import type { Context } from "../../lib/context.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { known, type RowOf, statement, text, textOf } from "../../lib/db/statement.ts";
import { ONE_TIME_PASSWORD_DAYS } from "../../lib/signIn/sessionLife.ts";
import { companyIdOf } from "../given.ts";
import { print } from "../printed.ts";
import { atOurs } from "../withRuntime.ts";

export interface UserOptions {
  email: string;
  role: string;
  name?: string;
  company?: string;
}

/** Makes a user of the platform, or of a company where one is named, and prints their one-time password. */
export function createUser(options: UserOptions): Promise<void> {
  return atOurs(async (ctx) => {
    const { company, ...given } = options;
    const of = company === undefined ? {} : { realm: "company", companyId: await companyIdOf(ctx, company) };
    const wanted = parseInput(newUser, { ...given, ...of });
    const { user, oneTimePassword } = await inTransaction(ctx.db, (tx) => addUser(ctx, tx, wanted));
    const whose = user.companyName === null ? user.role : `${user.role} at ${user.companyName}`;
    print(`${[`${user.email} now has the role ${whose}.`, ...passwordLines(oneTimePassword)].join("\n")}\n`);
  });
}

/** Gives somebody who cannot get in a one-time password, and prints it. */
export function resetPassword({ email }: { email: string }): Promise<void> {
  return atOurs(async (ctx) => {
    const { user, oneTimePassword } = await giveNewPassword(ctx, await findUser(ctx, email));
    print(`${[`${user.email} has been signed out everywhere.`, ...passwordLines(oneTimePassword)].join("\n")}\n`);
  });
}

export function passwordLines(oneTimePassword: string): string[] {
  return [
    `One-time password: ${oneTimePassword}`,
    `Copy it now: it will not be shown again. It works once, must be changed at that sign-in, and expires in ${ONE_TIME_PASSWORD_DAYS} days.`,
  ];
}

/** An address may be known in both realms: then it does not say who is meant. */
async function findUser(ctx: Context, email: string): Promise<RowOf<typeof FIND_USERS>> {
  const [first, second] = await FIND_USERS.rows(ctx.db, { email: email.trim().toLowerCase() });
  if (!first) throw new RefusedError("not_found", `No user has the email address ${email}.`);
  if (second)
    throw new RefusedError(
      "conflict",
      `${email} belongs to both a platform user and a company user. Reset the password in the console.`,
    );
  return first;
}

const FIND_USERS = statement({
  sql: `SELECT 'platform' AS "realm", "id" FROM "${REALMS.platform.users}" WHERE "email" = $1
        UNION ALL SELECT 'company', "id" FROM "${REALMS.company.users}" WHERE "email" = $1`,
  params: { email: text },
  row: { realm: known(textOf<Realm>()), id: known(text) },
});
