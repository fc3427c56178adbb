import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { followOne } from "../../live/followOne.ts";
import { readRequest } from "./readRequest.ts";

type Answer = z.output<typeof readRequest.output>;

/** What is sent again when it changes. Never what people wrote. */
export function watchRequestParts({ request, batch, attempts, timeline }: Answer) {
  return { request, batch, attempts, timeline };
}

export const watchRequest = defineOperation({
  name: "watchRequest",
  summary: "The same as server-sent events: every part, then each again when it changes, and a `version` with them.",
  method: "GET",
  path: "/api/admin/legacy/requests/{id}/events",
  permission: "requests.read",
  input: z.strictObject({ id }),
  example: { id: "req_id_1" },
  output: undefined,
  live: true,
  run: (ctx, { id }) =>
    followOne(ctx, `request ${id}`, async () =>
      watchRequestParts(readRequest.output.parse(await readRequest.run(ctx, { id, reveal: false }))),
    ),
});
