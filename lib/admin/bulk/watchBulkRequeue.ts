import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { followOne } from "../../live/followOne.ts";
import { readBulkRequeue } from "./readBulkRequeue.ts";

type Answer = z.output<typeof readBulkRequeue.output>;

/** What is sent again when it changes. */
export function watchBulkRequeueParts({ bulk }: Answer) {
  return { bulk };
}

export const watchBulkRequeue = defineOperation({
  name: "watchBulkRequeue",
  summary: "The same as server-sent events: every part, then each again when it changes, and a `version` with them.",
  method: "GET",
  path: "/api/admin/bulk/{id}/events",
  permission: "requests.read",
  input: z.strictObject({ id }),
  example: { id: "bulk_id_1" },
  output: undefined,
  live: true,
  run: (ctx, { id }) =>
    followOne(ctx, `bulk ${id}`, async () =>
      watchBulkRequeueParts(readBulkRequeue.output.parse(await readBulkRequeue.run(ctx, { id }))),
    ),
});
