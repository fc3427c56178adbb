/** A person has to act on these: https://platform.openai.com/docs/guides/error-codes */
const QUOTA_CODES: ReadonlySet<string> = new Set([
  "insufficient_quota",
  "billing_hard_limit_reached",
  "billing_not_active",
]);

/** Whether an error's code says that the account has no credit, wherever it stands: a reply, a line, a batch's errors. */
export function isQuotaCode(code: string | null | undefined): boolean {
  return QUOTA_CODES.has(code ?? "");
}
