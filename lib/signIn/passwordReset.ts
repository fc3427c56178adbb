import type { Realm } from "../auth/actor.ts";
import { ofOpenCompany } from "../auth/companyAccess.ts";
import { inEachRealm } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { linkHash } from "../mail/passwordLink.ts";
import { liftLocks } from "./signInLock.ts";

export const LINK_OVER = {
  code: "INVALID_TOKEN",
  message: "This link has expired or has already been used. Ask for a new one.",
};

export type LinkOwner = RowOf<(typeof FIND_LINK_OWNER)[Realm]>;

/** Whose link this is; undefined if it is nobody's any more, or its owner is not let in. */
export async function findLinkOwner(ctx: Context, realm: Realm, token: string): Promise<LinkOwner | undefined> {
  return FIND_LINK_OWNER[realm].first(ctx.db, { hash: linkHash(token), now: ctx.clock.now() });
}

const FIND_LINK_OWNER = inEachRealm(({ users, verifications }, realm) =>
  statement({
    sql: `SELECT u."id", u."email", u."name" FROM "${verifications}" v JOIN "${users}" u ON u."id" = v."value"
           WHERE v."identifier" = $1 AND v."expiresAt" > $2 AND u."disabledAt" IS NULL ${ofOpenCompany(realm)}`,
    params: { hash: text, now: timestamp },
    row: { id: text, email: text, name: text },
  }),
);

/** What a password that was chosen through a link entails: wrong guesses are forgotten, too. */
export async function settleReset(ctx: Context, realm: Realm, { id, email }: LinkOwner): Promise<void> {
  await settleChange(ctx, realm, id);
  await liftLocks(ctx, realm, email);
}

/** What any password entails that its owner has chosen: links to choose another one, and sign-ins with the old one, are over. */
export async function settleChange(ctx: Context, realm: Realm, id: string): Promise<void> {
  await NOTE_OWN_PASSWORD[realm].run(ctx.db, { id, now: ctx.clock.now() });
  await END_LINKS[realm].run(ctx.db, { userId: id });
}

const NOTE_OWN_PASSWORD = inEachRealm(({ users }) =>
  statement({
    sql: `UPDATE "${users}" SET "mustChangePassword" = false, "updatedAt" = $2 WHERE "id" = $1`,
    params: { id: text, now: timestamp },
  }),
);

/** Ends the links with which somebody can choose a password, and their sign-ins that wait for a second factor. */
export const END_LINKS = inEachRealm(({ verifications }) =>
  statement({ sql: `DELETE FROM "${verifications}" WHERE "value" = $1`, params: { userId: text } }),
);
