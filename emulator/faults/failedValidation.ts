import { z } from "zod";
import { tokenLimitMessage } from "../batches/validationErrors.ts";
import { defineFault } from "./fault.ts";

export const failedValidation = defineFault({
  kind: "failed_validation",
  summary: "Validation refuses the input file with a code and message of your choice.",
  at: "batch",
  params: z.strictObject({
    code: z.string().default("token_limit_exceeded"),
    /** Left out for token_limit_exceeded, the provider's sentence is written. */
    message: z.string().optional(),
    param: z.string().nullable().default(null),
    line: z.coerce.number().int().min(1).nullable().default(null),
    /** The N of "Limit: N enqueued tokens". */
    limit: z.coerce.number().int().default(2_000_000),
  }),
  onValidate: (_file, { batch }, { code, message, param, line, limit }) => [
    { code, message: message ?? defaultMessage(code, batch.model, limit), param, line },
  ],
});

function defaultMessage(code: string, model: string | null, limit: number): string {
  if (code === "token_limit_exceeded") return tokenLimitMessage(model ?? "the model", limit);
  return `Validation failed with ${code}.`;
}
