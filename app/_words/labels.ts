/** The fields of the forms and filters by their names in the API; a part of a field by its path. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ["accountId", "Account"],
  ["action", "What"],
  ["actor", "Who"],
  ["after", "After"],
  ["all", "All"],
  ["allowedAddresses", "Works from"],
  ["analysed", "Analysis"],
  ["batchId", "Batch"],
  ["before", "Started before"],
  ["bucket", "Interval"],
  ["byMail", "Send by email"],
  ["cachedInputPerMillion", "Cached input, per million tokens"],
  ["category", "Category"],
  ["code", "Code"],
  ["companyId", "Company"],
  ["country", "Country"],
  ["csvPassword", "CSV password"],
  ["csvUrl", "CSV address"],
  ["csvUsername", "CSV user name"],
  ["currency", "Currency"],
  ["currentPassword", "Current password"],
  ["cursor", "Page"],
  ["disabled", "Disabled"],
  ["dryRun", "Dry run"],
  ["effectiveFrom", "From"],
  ["email", "Email address"],
  ["empty", "Content"],
  ["errorCode", "Error"],
  ["errorGroup", "Message"],
  ["escalated", "Escalation"],
  ["eurPerUnit", "Euros per unit"],
  ["expiresAt", "Valid for"],
  ["externalSessionId", "Session id"],
  ["externalSessionIdPrefix", "Session id"],
  ["failedSince", "Failed since"],
  ["filter", "Filter"],
  ["format", "Format"],
  ["forwardedHr", "Sent on to HR"],
  ["from", "First day"],
  ["graceHours", "The old key keeps working for"],
  ["hour", "Hour of the day"],
  ["id", "Id"],
  ["idPrefix", "Start of the id"],
  ["importedBefore", "Imported before"],
  ["importedFrom", "Imported since"],
  ["inputPerMillion", "Input, per million tokens"],
  ["isActive", "Active"],
  ["key", "API key"],
  ["language", "Language"],
  ["limit", "Entries a page"],
  ["list", "List"],
  ["model", "Model"],
  ["modelId", "Model"],
  ["name", "Name"],
  ["newerThan", "Requested since"],
  ["newPassword", "New password"],
  ["olderThan", "Requested before"],
  ["order", "Order"],
  ["outcome", "Result"],
  ["outputPerMillion", "Output, per million tokens"],
  ["ownerId", "Person"],
  ["password", "Password"],
  ["preview", "Preview"],
  ["providerName", "Name in the account"],
  ["question", "Question"],
  ["questionId", "Question"],
  ["questionTopics", "Question topics"],
  ["raw", "Original bytes"],
  ["realm", "Users"],
  ["reason", "Reason"],
  ["requestIds", "Requests"],
  ["requestsPerDay", "Requests a day"],
  ["requestsPerMonth", "Requests a month"],
  ["requeueNow", "Requeue immediately"],
  ["responseTime", "Response time"],
  ["reveal", "Show the text"],
  ["revokeOtherSessions", "Sign out everywhere else"],
  ["role", "Role"],
  ["roleWords", "Words for speakers"],
  ["roleWords.Assistant", "Words for the assistant"],
  ["roleWords.System", "Words for the system"],
  ["roleWords.User", "Words for the user"],
  ["scopes", "Limited to"],
  ["search", "Search"],
  ["sentiment", "Sentiment"],
  ["serviceAccountId", "Service account"],
  ["sessions", "Sessions"],
  ["since", "Since"],
  ["state", "State"],
  ["status", "Status"],
  ["stuck", "Stuck"],
  ["target", "Object id"],
  ["tier", "Price tier"],
  ["timeZone", "Time zone"],
  ["to", "Last day"],
  ["token", "Link"],
  ["topic", "Topic of a question"],
  ["twoFactorRequired", "Two-factor authentication required"],
  ["valid", "Valid"],
  ["what", "What"],
  ["withBadRows", "With bad rows"],
]);

/** Names that people never write: they are field names wherever they stand in a sentence. */
const IN_SENTENCES = /\b[a-z]+(?:[A-Z][a-z]+)+\b/g;
/** At the start of each fault: `roleWords.User.0: `. */
const HEADS = /(^|; |^The input is not valid\. )([a-z]\w*(?:\.\w+)*)(?=: )/g;

/** What people call a field, by its path in the API; one that has no label is spelt out. */
export function labelOf(path: string): string {
  const names = namesIn(path);
  const [first = path, last = first] = [names[0], names.at(-1)];
  return LABELS.get(names.join(".")) ?? LABELS.get(last) ?? LABELS.get(first) ?? spellOut(last);
}

/** The names in a path, without the places in lists: `roleWords`, `User`. */
export function namesIn(path: string): string[] {
  return path.split(".").filter((name) => !/^\d+$/.test(name));
}

/** `answer_refused`, `sessionsEnded` and `sessions-ended` as `Answer refused` and `Sessions ended`. */
export function spellOut(name: string): string {
  const words = name.replaceAll(/[_-]/g, " ").replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is wrong with an input, with each field under the name that `nameOf` gives its path. */
export function nameFields(message: string, nameOf: (path: string) => string, quote: (name: string) => string): string {
  const named = message.replaceAll(HEADS, (_, before: string, path: string) => before + nameOf(path));
  return named.replaceAll(IN_SENTENCES, (name) => (LABELS.has(name) ? quote(nameOf(name)) : name));
}

/** Why a call was refused, with the fields named by their labels on the page. */
export function reasonInWords({ code, message }: { code: string; message: string }): string {
  if (code !== "invalid_input") return message;
  const faults = message.replace(/^The input is not valid\. /, "").replace(/\.$/, "");
  return `${nameFields(faults, labelOf, (label) => `“${label}”`)}.`;
}
