import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { ApiError } from "../errors.ts";
import { defineFault } from "./fault.ts";

export const retrieveFails = defineFault({
  kind: "retrieve_fails",
  summary: "For a while, GET /v1/batches/{id} is refused for this batch only; it keeps running and stays in the list.",
  at: "batch",
  params: z.strictObject({
    status: z.coerce.number<string | number>().int().min(400).max(599).default(500),
    message: z.string().default("The server had an error while processing your request. Sorry about that!"),
    /** From so long after its creation. */
    after: durationSchema.default(0),
    ms: durationSchema.default(3_600_000),
  }),
  onRetrieve: (batch, now, { status, message, after, ms }) => {
    const age = now - batch.createdAt;
    if (age >= after && age < after + ms) throw new ApiError(status, message);
  },
});
