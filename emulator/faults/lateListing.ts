import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const lateListing = defineFault({
  kind: "late_listing",
  summary: "A new batch appears in GET /v1/batches only after some time.",
  at: "batch",
  params: z.strictObject({ ms: durationSchema.default(2_000) }),
  onList: (batch, now, { ms }) => now >= batch.createdAt + ms,
});
