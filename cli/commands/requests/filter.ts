import type { CallContext } from "../../../lib/api/operation.ts";
import { companyIdOf, momentOf, withoutGaps } from "../../given.ts";

/** What requests are chosen by at the command line. */
export interface RequestOptions {
  company?: string;
  model?: string;
  batch?: string;
  session?: string;
  errorCode?: string;
  errorGroup?: string;
  since?: string;
}

/** The filter that the operations take. Of failed requests, `since` is when they failed; of others, when they were asked for. */
export async function filterOf(ctx: CallContext, options: RequestOptions, status: string) {
  const { company, model, batch, session, errorCode, errorGroup, since } = options;
  const from = since === undefined ? undefined : momentOf(ctx, "--since", since);
  return withoutGaps({
    companyId: company === undefined ? undefined : await companyIdOf(ctx, company),
    model,
    batchId: batch,
    externalSessionIdPrefix: session,
    errorCode,
    errorGroup,
    ...(status === "processing_failed" ? { failedSince: from } : { newerThan: from }),
  });
}
