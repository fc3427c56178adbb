import { z } from "zod";
import { HAS_NUL, id, modelName, moment, withoutNul } from "../../api/fields.ts";
import { AIRequestStatus } from "../../db/generated/enums.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";

type Lowercased = Lowercase<AIRequestStatus>;

export const requestStatus = z.enum(Object.values(AIRequestStatus).map((s) => s.toLowerCase()) as [Lowercased]);

const failureCode = z.enum(Object.keys(FAILURES) as [FailureCode]);

/** What lists, bulk requeues and exports of requests are narrowed by, beside the status. */
export const requestFilterFields = {
  companyId: id.optional(),
  model: modelName.optional(),
  batchId: id.optional(),
  errorCode: failureCode.optional(),
  errorGroup: z
    .string()
    .max(400)
    .refine(withoutNul, HAS_NUL)
    .optional()
    .meta({ description: "A message as the failure groups show it. Of failed requests with this errorCode." }),
  olderThan: moment.optional().meta({ description: "Requested before this moment." }),
  newerThan: moment.optional().meta({ description: "Requested at this moment or later." }),
  idPrefix: id.optional().meta({ description: "How the id begins." }),
};

const requestFilter = z.strictObject({ status: requestStatus, ...requestFilterFields });

export type RequestFilter = z.output<typeof requestFilter>;

/** Messages are grouped for failed requests alone, under their codes. */
export function checkErrorGroup(filter: RequestFilter, issues: z.core.$RefinementCtx): void {
  if (filter.errorGroup === undefined) return;
  if (filter.errorCode !== undefined && filter.status === "processing_failed") return;
  const message = "goes with an errorCode and the status processing_failed";
  issues.addIssue({ code: "custom", path: ["errorGroup"], message });
}
