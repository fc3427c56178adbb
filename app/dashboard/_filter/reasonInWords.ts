/** The fields of the forms by their names in the API. */
const LABELS: Record<string, string> = {
  search: "Search",
  externalSessionId: "Session id",
  externalSessionIdPrefix: "Session id",
  from: "First day",
  to: "Last day",
  sentiment: "Sentiment",
  category: "Category",
  language: "Language",
  escalated: "Escalation",
  forwardedHr: "Sent on to HR",
  analysed: "Analysis",
  empty: "Content",
  country: "Country",
  hour: "Hour of the day",
  responseTime: "Response time",
  question: "Question",
  questionId: "Question",
  bucket: "Days, weeks, months or years",
};

/** Why a call was refused, with the fields named as they stand on the page. */
export function reasonInWords({ code, message }: { code: string; message: string }): string {
  if (code !== "invalid_input") return message;
  const faults = message.replace(/^The input is not valid\. /, "").split("; ");
  return `${faults.map((fault) => fault.replace(/^\w+(?=: )/, (name) => LABELS[name] ?? name)).join("; ")}.`;
}
