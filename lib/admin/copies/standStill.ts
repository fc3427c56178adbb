import type { Context } from "../../context.ts";
import { type Installation, openInstallation } from "../../installation/installation.ts";
import { step } from "../../step.ts";

/**
 * Keeps every worker of this database from the provider until somebody has decided what it is. What a worker has begun
 * goes on to the next call; a decision that breaks off leaves the database standing still.
 */
export async function standStill(ctx: Context): Promise<Installation> {
  const { id } = await openInstallation(ctx);
  await step(ctx, "decide.stand_still", () =>
    ctx.db.query(
      `UPDATE "Installation" SET "copiedSince" = $2, "copiedSign" = 'decision' WHERE "id" = $1 AND "copiedSince" IS NULL`,
      [id, ctx.clock.now()],
    ),
  );
  return openInstallation(ctx);
}
