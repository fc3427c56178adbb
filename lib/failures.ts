/**
 * Every reason for which an attempt of a request does not succeed. A closed list: what the provider says is kept in the
 * message, never used as a code.
 * - `retryable`: the request goes back by itself; the others wait for a person.
 * - `counts`: takes one of the request's attempts; what is no fault of the request does not.
 * - `waits`: goes back after a pause that grows, not at once.
 */
export const FAILURES = {
  answer_cut_off: { retryable: true, counts: true, waits: true, meaning: "The answer reached the output limit" },
  answer_empty: { retryable: true, counts: true, waits: true, meaning: "The answer has no content" },
  answer_filtered: {
    retryable: false,
    counts: true,
    waits: false,
    meaning: "The provider's content filter stopped the answer",
  },
  answer_invalid: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The answer does not match the requested schema",
  },
  answer_refused: { retryable: false, counts: true, waits: false, meaning: "The model refused to answer" },
  line_empty: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The result line has neither an answer nor an error",
  },
  line_unreadable: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The result line could not be read",
  },
  line_missing: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The batch ended without a result for this request",
  },
  line_rejected: {
    retryable: false,
    counts: true,
    waits: false,
    meaning: "The provider rejected the request itself",
  },
  line_rate_limited: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The provider rate-limited the request",
  },
  line_server_error: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The provider had an error while processing the request",
  },
  line_refused: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The provider refused the key or model for this request, but answered others in the batch",
  },
  line_access_refused: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider rejected the key or its permissions",
  },
  line_storage_full: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider has no room for more files",
  },
  line_model_refused: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider refused the model, or something all its requests have in common",
  },
  line_quota_exhausted: { retryable: true, counts: false, waits: true, meaning: "The account had no credit left" },
  line_timed_out: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The provider did not finish the request in time",
  },
  line_too_large: {
    retryable: false,
    counts: true,
    waits: false,
    meaning: "The session is too large for a batch file",
  },
  session_empty: { retryable: false, counts: true, waits: false, meaning: "The session has no messages to analyse" },
  session_erased: { retryable: false, counts: false, waits: false, meaning: "The session was erased" },
  batch_refused: { retryable: true, counts: false, waits: true, meaning: "The provider refused the whole batch" },
  refused_alone: {
    retryable: true,
    counts: true,
    waits: true,
    meaning: "The provider refused a batch that held only this request",
  },
  batch_failed: { retryable: true, counts: false, waits: true, meaning: "The batch failed before the request ran" },
  batch_too_large: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "The file was too large for the provider; the request is sent again in a smaller one",
  },
  batch_access_refused: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider rejected the key or its permissions",
  },
  batch_model_refused: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider refused the model, or something all its files have in common",
  },
  batch_expired: { retryable: true, counts: false, waits: false, meaning: "The batch expired before the request ran" },
  batch_cancelled: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "The batch was cancelled before the request ran",
  },
  batch_given_up: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "The batch was given up before the request had an answer",
  },
  batch_over_budget: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider's limit on queued tokens was reached",
  },
  batch_line_errors: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "Other requests in the batch were faulty",
  },
  batch_quota_exhausted: { retryable: true, counts: false, waits: true, meaning: "The account had no credit left" },
  batch_storage_full: {
    retryable: true,
    counts: false,
    waits: true,
    meaning: "The provider has no room for more files",
  },
  result_file_gone: { retryable: true, counts: false, waits: false, meaning: "The provider had deleted the results" },
  batch_detached: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "The database was detached; the batch belongs to the original it was copied from",
  },
  batch_superseded: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "The request was sent again in a later batch, which was found and adopted",
  },
  batch_gone: { retryable: true, counts: false, waits: false, meaning: "The provider no longer knows the batch" },
  batch_full: {
    retryable: true,
    counts: false,
    waits: false,
    meaning: "The session grew and no longer fits into its batch",
  },
} as const satisfies Record<string, { retryable: boolean; counts: boolean; waits: boolean; meaning: string }>;

export type FailureCode = keyof typeof FAILURES;

/** Failures that come again if the same request goes again, and why: to requeue these costs, and helps nobody. */
export const REQUEUED_IN_VAIN: Partial<Record<FailureCode, string>> = {
  answer_filtered: "The provider filters the same conversation again, and charges for it again.",
  line_rejected: "The provider finds the same line at fault again, until something else is sent.",
  line_too_large: "The session is larger than a batch file may be, and stays so.",
  session_erased: "Its session was erased, so there is nothing to send.",
  session_empty: "Nothing was written in the session, so there is nothing to analyse.",
};
