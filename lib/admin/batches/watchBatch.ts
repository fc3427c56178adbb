import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { followOne } from "../../live/followOne.ts";
import { readBatch } from "./readBatch.ts";

type Answer = z.output<typeof readBatch.output>;

/** What is sent again when it changes: not how old it is, which always does, nor what would come of an act. */
export function watchBatchParts({ batch, timeline, expected, outcomes, errors }: Answer) {
  const { lifeMs: _, ...rest } = batch;
  return { batch: rest, timeline, expected, outcomes, errors };
}

export const watchBatch = defineOperation({
  name: "watchBatch",
  summary: "The same as server-sent events: every part, then each again when it changes, and a `version` with them.",
  method: "GET",
  path: "/api/admin/batches/{id}/events",
  permission: "batches.read",
  input: z.strictObject({ id }),
  example: { id: "batch_id_1" },
  output: undefined,
  live: true,
  run: (ctx, { id }) =>
    followOne(ctx, `batch ${id}`, async () =>
      watchBatchParts(readBatch.output.parse(await readBatch.run(ctx, { id }))),
    ),
});
