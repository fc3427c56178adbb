import type { Context } from "../../context.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { type Installation, openInstallation } from "../../installation/installation.ts";
import { step } from "../../step.ts";

/**
 * Keeps every worker of this database from the provider until somebody has decided what it is. What a worker has begun
 * goes on to the next call; a decision that breaks off leaves the database standing still.
 */
export async function standStill(ctx: Context): Promise<Installation> {
  const { id } = await openInstallation(ctx);
  await step(ctx, "decide.stand_still", () => STAND_STILL.run(ctx.db, { id, now: ctx.clock.now() }));
  return openInstallation(ctx);
}

const STAND_STILL = statement({
  sql: `UPDATE "Installation" SET "copiedSince" = $2, "copiedSign" = 'decision'
         WHERE "id" = $1 AND "copiedSince" IS NULL`,
  params: { id: text, now: timestamp },
});
