import { addUser } from "../lib/admin/users/createUser.ts";
import type { Context } from "../lib/context.ts";
import { inTransaction } from "../lib/db/pool.ts";
import { statement } from "../lib/db/statement.ts";
import { atCommandLine } from "./commandActor.ts";
import { passwordLines } from "./commands/admin.ts";

const EMAIL = "admin@livedash.localhost";

/**
 * Makes an administrator where the platform has no user at all, and answers what to say about it: once, since the password
 * is kept nowhere. A database that somebody has configured gets none by itself.
 */
export async function firstAdmin(ctx: Context, { embedded }: { embedded: boolean }): Promise<string[]> {
  const acting = atCommandLine(ctx);
  return inTransaction(ctx.db, async (tx) => {
    await LOCK_USERS.run(tx, {});
    if (await FIND_USER.first(tx, {})) return [];
    if (!embedded) {
      return ["Nobody can sign in yet: bin/livedash admin create-user --email you@example.com --role SUPER_ADMIN"];
    }
    const wanted = { realm: "platform", email: EMAIL, name: "Administrator", role: "SUPER_ADMIN" } as const;
    const { oneTimePassword } = await addUser(acting, tx, wanted);
    return [`Sign in as: ${EMAIL}`, ...passwordLines(oneTimePassword)];
  });
}

const LOCK_USERS = statement({ sql: `LOCK TABLE "PlatformUser" IN SHARE ROW EXCLUSIVE MODE` });
const FIND_USER = statement({ sql: `SELECT 1 FROM "PlatformUser" LIMIT 1` });
