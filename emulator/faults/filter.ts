import { z } from "zod";

/** What a rule may be narrowed to. Each given part must match. */
export const faultFilterSchema = z.strictObject({
  /** Number of the batch, 1 for the first one created here. */
  batch: z.coerce.number().int().min(1).optional(),
  /** Part of a custom_id. */
  custom_id: z.string().min(1).optional(),
  /** Endpoint of the batch, such as /v1/chat/completions. */
  endpoint: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  /** HTTP method of a call. */
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .optional(),
  /** Path of a call; `*` stands for anything: /v1/files/*. */
  path: z.string().min(1).optional(),
});
