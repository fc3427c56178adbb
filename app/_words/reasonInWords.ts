/** The fields of the forms and filters by their names in the API. */
const LABELS: Record<string, string> = {
  action: "What",
  actor: "Who",
  allowedAddresses: "Works from",
  analysed: "Analysis",
  batchId: "Batch",
  bucket: "Interval",
  cachedInputPerMillion: "Cached input, per million tokens",
  category: "Category",
  code: "Code",
  companyId: "Company",
  country: "Country",
  csvPassword: "CSV password",
  csvUrl: "CSV address",
  csvUsername: "CSV user name",
  currency: "Currency",
  currentPassword: "Current password",
  effectiveFrom: "From",
  email: "Email address",
  empty: "Content",
  errorCode: "Error",
  errorGroup: "Message",
  escalated: "Escalation",
  eurPerUnit: "Euros per unit",
  expiresAt: "Valid for",
  externalSessionId: "Session id",
  externalSessionIdPrefix: "Session id",
  failedSince: "Failed since",
  forwardedHr: "Sent on to HR",
  from: "First day",
  hour: "Hour of the day",
  id: "Id",
  idPrefix: "Start of the id",
  inputPerMillion: "Input, per million tokens",
  language: "Language",
  model: "Model",
  name: "Name",
  newPassword: "New password",
  newerThan: "Requested since",
  olderThan: "Requested before",
  order: "Order",
  outputPerMillion: "Output, per million tokens",
  question: "Question",
  questionId: "Question",
  reason: "Reason",
  requestsPerDay: "Requests a day",
  requestsPerMonth: "Requests a month",
  responseTime: "Response time",
  role: "Role",
  scopes: "Limited to",
  search: "Search",
  sentiment: "Sentiment",
  status: "Status",
  timeZone: "Time zone",
  to: "Last day",
};

/** What people call a field that is named so in the API. */
export function labelOf(name: string): string {
  return LABELS[name] ?? name;
}

/** Why a call was refused, with the fields named by their labels on the page. */
export function reasonInWords({ code, message }: { code: string; message: string }): string {
  if (code !== "invalid_input") return message;
  const faults = message.replace(/^The input is not valid\. /, "").split("; ");
  const named = faults.map((fault) => fault.replace(/^(\w+)(?:\.\d+)*(?=: )/, (_, name) => labelOf(name)));
  return `${named.join("; ").replace(/\.$/, "")}.`;
}
