import { z } from "zod";
import { externalSessionId, HAS_NUL, id, modelName, moment, withoutNul } from "../../api/fields.ts";
import { AIRequestStatus } from "../../db/enums.ts";
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
    .meta({ description: "A message as shown in failure groups. Only for failed requests with this errorCode." }),
  failedSince: moment.optional().meta({ description: "Failed at or after this time. Only for failed requests." }),
  olderThan: moment.optional().meta({ description: "Requested before this time." }),
  newerThan: moment.optional().meta({ description: "Requested at or after this time." }),
  idPrefix: id.optional().meta({ description: "The start of the id." }),
  externalSessionId: externalSessionId.optional().meta({ description: "What the company calls the session." }),
  externalSessionIdPrefix: externalSessionId.optional().meta({ description: "How that begins." }),
};

const requestFilter = z.strictObject({ status: requestStatus, ...requestFilterFields });

export type RequestFilter = z.output<typeof requestFilter>;

/** Messages are grouped under their codes; both, and the time of the failure, are of failed requests alone. */
export function checkFailureFields(filter: RequestFilter, issues: z.core.$RefinementCtx): void {
  const isOfFailed = filter.status === "processing_failed";
  const refuse = (field: "errorGroup" | "failedSince", message: string) =>
    issues.addIssue({ code: "custom", path: [field], message });
  if (filter.errorGroup !== undefined && !(isOfFailed && filter.errorCode !== undefined)) {
    refuse("errorGroup", "can only be used with errorCode and the status processing_failed");
  }
  if (filter.failedSince !== undefined && !isOfFailed) {
    refuse("failedSince", "can only be used with the status processing_failed");
  }
}
