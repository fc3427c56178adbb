import type { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import type { CallContext } from "../../api/operation.ts";
import { findJob } from "../../jobs/job.ts";
import { exportInput, exportJob } from "./exportJob.ts";

/** What an export was asked for with, and how it is. */
export type OwnExport = z.output<typeof exportInput> & { state: string };

/**
 * An export, for whoever asked for it.
 * @param refuse what else may be wrong with it, said first
 * @throws RefusedError `not_found`, `forbidden`
 */
export async function findOwnExport(
  ctx: CallContext,
  id: string,
  refuse: (found: OwnExport) => void,
): Promise<OwnExport> {
  const job = await findJob(ctx.db, id);
  if (job?.kind !== exportJob.name) throw notFound("export");
  const found = { ...exportInput.parse(job.input), state: job.state };
  refuse(found);
  if (found.askedById === ctx.actor.id) return found;
  throw new RefusedError("forbidden", "Only who asked for an export can do this.");
}
