import { notFound, RefusedError } from "../../api/errors.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import { type Acting, audit } from "../../api/operation.ts";
import type { Realm } from "../../auth/actor.ts";
import { inEachRealm, REALMS } from "../../auth/realms.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { nullable, statement, text } from "../../db/statement.ts";
import { END_LINKS } from "../../signIn/passwordReset.ts";
import { permissionsOf, READ_USER, type UserRow } from "./userRow.ts";

export interface Target {
  realm: Realm;
  id: string;
  /** Whose user it has to be, where somebody manages the users of one company. */
  companyId?: string | undefined;
}

/** What was done to a user, for the record, and what is answered about it. */
interface Change<T> {
  details?: Record<string, unknown>;
  answer: T;
}

/**
 * Changes a user and records it, in one transaction in which nobody else changes them, nor an owner of the platform or the
 * admins of their company.
 * @throws RefusedError `not_found`, `forbidden`
 */
export function changeUser<T>(
  ctx: Context & Acting,
  { realm, id, companyId }: Target,
  action: string,
  change: (tx: Transaction, user: UserRow) => Promise<Change<T>>,
): Promise<{ user: UserRow } & T> {
  return inTransaction(ctx.db, async (tx) => {
    await LOCK[realm].run(tx, { id, companyId: companyId ?? null });
    const before = await READ_USER[realm].first(tx, { id });
    if (!before || (companyId !== undefined && before.companyId !== companyId)) throw notFound("user");
    assertMayGrant(ctx, action, permissionsOf(realm, before.role));
    const { details, answer } = await change(tx, before);
    await audit(ctx, tx, {
      action,
      outcome: "done",
      target: { type: REALMS[realm].kind, id },
      companyId: before.companyId,
      details,
    });
    const user = await READ_USER[realm].first(tx, { id });
    if (!user) throw notFound("user");
    return { user, ...answer };
  });
}

/** @throws RefusedError `conflict` if it is the actor's own account, or that of whose key it is */
export function assertNotSelf({ actor }: Acting, user: UserRow, advice: string): void {
  const self = actor.kind === "key" ? { kind: "user", id: actor.ownerId } : actor;
  if (self.id !== user.id || self.kind !== REALMS[user.realm].kind) return;
  throw new RefusedError("conflict", `This is your own account. ${advice}`);
}

/** @throws RefusedError `conflict` if nobody would be left who may do everything; in a company, operators still could */
export async function assertNotLastOwner({ actor }: Acting, tx: Transaction, user: UserRow): Promise<void> {
  if (user.disabledAt) return;
  if (user.realm === "company" && user.role === "ADMIN" && actor.kind === "company_user") {
    const others = await FIND_OTHER_ADMIN.run(tx, { companyId: user.companyId, id: user.id });
    if (!others) throw new RefusedError("conflict", "This is your company's last admin. Create another one first.");
  }
  if (user.role !== "SUPER_ADMIN") return;
  const others = await FIND_OTHER_OWNER.run(tx, { id: user.id });
  if (!others) throw new RefusedError("conflict", "This is the last SUPER_ADMIN. Create another one first.");
}

/** Signs a user out everywhere; a sign-in that waits for its second factor ends too. Answers how many sessions ended. */
export async function endSessions(tx: Transaction, { realm, id }: Pick<UserRow, "realm" | "id">): Promise<number> {
  await END_LINKS[realm].run(tx, { userId: id });
  return END_SESSIONS[realm].run(tx, { id });
}

/** In the order of their ids, so that two of these never wait for each other. Of another company nobody is locked. */
const LOCK = inEachRealm(({ users }, realm) => {
  const [owners, isOwn] =
    realm === "platform"
      ? [`"role" = 'SUPER_ADMIN'`, `$2::text IS NULL`]
      : [
          `"role" = 'ADMIN' AND "companyId" = (SELECT "companyId" FROM "User" WHERE "id" = $1)`,
          `($2::text IS NULL OR "companyId" = $2)`,
        ];
  return statement({
    sql: `SELECT 1 FROM "${users}" WHERE ("id" = $1 OR (${owners})) AND ${isOwn} ORDER BY "id" FOR UPDATE`,
    params: { id: text, companyId: nullable(text) },
  });
});

const FIND_OTHER_ADMIN = statement({
  sql: `SELECT 1 FROM "User" WHERE "companyId" = $1 AND "role" = 'ADMIN' AND "disabledAt" IS NULL AND "id" <> $2 LIMIT 1`,
  params: { companyId: nullable(text), id: text },
});

const FIND_OTHER_OWNER = statement({
  sql: `SELECT 1 FROM "PlatformUser" WHERE "role" = 'SUPER_ADMIN' AND "disabledAt" IS NULL AND "id" <> $1 LIMIT 1`,
  params: { id: text },
});

const END_SESSIONS = inEachRealm(({ sessions }) =>
  statement({ sql: `DELETE FROM "${sessions}" WHERE "userId" = $1`, params: { id: text } }),
);
