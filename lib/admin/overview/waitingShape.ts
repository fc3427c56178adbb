import { z } from "zod";
import { time } from "../../api/fields.ts";

const KINDS = [
  "copied",
  "spending_stopped",
  "creation_paused",
  "creation_off",
  "creation_silent",
  "provider_stopped",
  "account_disabled",
  "model_stopped",
  "company_not_served",
  "company_limit",
  "switched_off",
  "budget_full",
  "calls_failing",
  "backing_off",
  "next_round",
] as const;

/** What keeps some requests waiting. */
export const waiting = z.object({
  kind: z.enum(KINDS),
  count: z.number().int().nonnegative().meta({ description: "Requests that wait for this." }),
  atLeast: z.boolean().meta({ description: "Whether there may be more: counting stops at 10,000." }),
  subject: z
    .string()
    .nullable()
    .meta({ description: "The model, the account, the company or the failure's code that it is about." }),
  reason: z.string().nullable().meta({ description: "In words." }),
  by: z.string().nullable().meta({ description: "Who has decided it." }),
  since: time.nullable(),
  until: time
    .nullable()
    .meta({ description: "When the first of them continues; null if someone has to fix or resume it." }),
  lastUntil: time.nullable().meta({ description: "When the last of them does." }),
});

export type Waiting = z.input<typeof waiting>;
