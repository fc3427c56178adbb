import type { Context } from "../context.ts";
import { linkHash } from "../mail/passwordLink.ts";
import type { Realm } from "./actor.ts";
import { OPEN_STATUSES } from "./companyAccess.ts";
import { REALMS } from "./realms.ts";
import { liftLocks } from "./signInLock.ts";

export const LINK_OVER = {
  code: "INVALID_TOKEN",
  message: "This link has expired or has already been used. Ask for a new one.",
};

export interface LinkOwner {
  id: string;
  email: string;
  name: string;
}

/** Whose link this is; undefined if it is nobody's any more, or its owner is not let in. */
export async function findLinkOwner(ctx: Context, realm: Realm, token: string): Promise<LinkOwner | undefined> {
  const { users, verifications } = REALMS[realm];
  const open =
    realm === "company"
      ? `AND EXISTS (SELECT 1 FROM "Company" c WHERE c."id" = u."companyId" AND c."status" IN ${OPEN_STATUSES})`
      : "";
  const { rows } = await ctx.db.query<LinkOwner>(
    `SELECT u."id", u."email", u."name" FROM "${verifications}" v JOIN "${users}" u ON u."id" = v."value"
      WHERE v."identifier" = $1 AND v."expiresAt" > $2 AND u."disabledAt" IS NULL ${open}`,
    [linkHash(token), ctx.clock.now()],
  );
  return rows[0];
}

/**
 * What a password that was chosen through a link entails: it is the owner's own, other links and sign-ins that wait for
 * their second factor are over, and wrong guesses are forgotten.
 */
export async function settleReset(ctx: Context, realm: Realm, { id, email }: LinkOwner): Promise<void> {
  const { users, verifications } = REALMS[realm];
  await ctx.db.query(`UPDATE "${users}" SET "mustChangePassword" = false, "updatedAt" = $2 WHERE "id" = $1`, [
    id,
    ctx.clock.now(),
  ]);
  await ctx.db.query(`DELETE FROM "${verifications}" WHERE "value" = $1`, [id]);
  await liftLocks(ctx, realm, email);
}
