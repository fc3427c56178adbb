import { type Acting, audit } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import { LiveDashError } from "../../errors.ts";
import { previousKey } from "../../secret/secret.ts";
import { confirmSealsAnew } from "./confirmSealsAnew.ts";
import { resealAccountKeys } from "./resealAccountKeys.ts";
import type { Resealed } from "./resealed.ts";
import { resealPasswords } from "./resealPasswords.ts";
import { resealTwoFactors } from "./resealTwoFactors.ts";

export interface Rotation {
  csvPasswords: Resealed;
  accountKeys: Resealed;
  secondFactors: Resealed;
  auditSeals: Resealed;
}

/**
 * Seals anew with LIVEDASH_SECRET all that was sealed with LIVEDASH_SECRET_PREVIOUS, in batches: what is done already is passed
 * over, so that it can be interrupted and run again.
 * @param options.lost the previous secret is lost: the seals of the audit log are made anew without being checked
 * @throws LiveDashError `no_secret`, `no_previous_secret`
 */
export async function rotateSecret(ctx: Context & Acting, options: { lost: boolean }): Promise<Rotation> {
  if (!options.lost && !previousKey(ctx.config)) {
    throw new LiveDashError(
      "no_previous_secret",
      "There is no previous secret to replace. Set LIVEDASH_SECRET to a new secret (`openssl rand -base64 32`) and LIVEDASH_SECRET_PREVIOUS to the one used so far, restart every LiveDash process, then run this again. If the old one is lost, add --lost.",
    );
  }
  const rotation: Rotation = {
    csvPasswords: await resealPasswords(ctx),
    accountKeys: await resealAccountKeys(ctx),
    secondFactors: await resealTwoFactors(ctx),
    auditSeals: await confirmSealsAnew(ctx, options),
  };
  const counts = Object.entries(rotation).map(([name, { done, broken }]) => [name, { done, broken: broken.length }]);
  await audit(ctx, ctx.db, {
    action: "secret.rotate",
    outcome: "done",
    details: { ...Object.fromEntries(counts), lost: options.lost },
  });
  ctx.log.info({ event: "secret.rotated", ...Object.fromEntries(counts) });
  return rotation;
}
