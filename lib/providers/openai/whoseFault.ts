import type { Fault } from "../contract/fault.ts";

/** What a provider says when it refuses a call, a file or a line. Any of it may be missing, or stand in another place. */
export interface Words {
  status: number | null;
  code: string | null;
  type: string | null;
  param: string | null;
  message: string;
}

/** Codes and types, as `some_snake_case`, and sentences by which those are told that give no code. */
const WORDS: readonly [Fault, names: RegExp, sentences: RegExp][] = [
  [
    "credit",
    /^(insufficient_(quota|funds|credits?|balance)|billing_\w+|\w*spend(ing)?_limit\w*|budget_exceeded|payment_(required|overdue|failed)|(out_of|no)_(credits?|funds|balance)|credits?_(exhausted|depleted|required)|(exceeded_)?current_quota\w*|arrear(s|age|ages)|unpaid_\w+)$/,
    /exceeded your current quota|insufficient (quota|funds|credits?|balance)|not enough (credits?|funds|balance)|credit balance is too low|billing hard limit|no credits? left|out of (credits?|funds)|credits? (are |is |have been |has been )?(exhausted|depleted|used up)|payment required|unpaid (invoice|bill)|balance (is )?(negative|exhausted|overdue)|in arrears/i,
  ],
  ["tokens", /^token_limit_exceeded$|^enqueued_token\w*/, /enqueued token limit/i],
  [
    "access",
    /^((invalid|incorrect|missing|expired|revoked|disabled)_(api_)?key|(invalid_)?authentication\w*|unauthori[sz]ed|permission_(denied|error)|(input_)?(no|insufficient)_permissions?|missing_scopes?|(mismatched|invalid|unknown)_(organization|project)|unauthenticated|(access_|auth_)?token_(expired|invalid|revoked)|invalid_(token|credentials|authorization)|(no|missing)_(authorization|credentials)\w*|not_authori[sz]ed|(account|organization|project|user)_(deactivated|disabled|suspended|restricted|blocked|banned|archived|not_active|inactive)|unsupported_country\w*|access_(denied|terminated)|forbidden|ip_not_authorized)$/,
    /(incorrect|invalid|expired) api key|api key (is )?(not valid|invalid|expired)|(access|auth|bearer) token (is |has )?(not valid|invalid|expired)|missing scopes?|insufficient permissions|country, region, or territory not supported|\b(account|organization|project) (is|has been) (deactivated|disabled|suspended|restricted|blocked|archived)/i,
  ],
  [
    "storage",
    /^(\w*storage_(limit|quota|full|exceeded)\w*|insufficient_storage|too_many_files|(max_)?file_(count|quota)_\w+)$/,
    /\bstorage\b.{0,40}\b(limit|quota|full|exceed\w*)|(exceed\w*|limit|quota|full|run out)\b.{0,40}\bstorage\b|(maximum|limit|too many|quota)\b.{0,30}\bfiles\b.{0,60}\b(reached|exceeded|delete)/i,
  ],
  [
    "line",
    /^(context_length_exceeded|string_(above_max_length|too_long)|content_(filter|policy_violation)\w*|invalid_prompt|invalid_json_line|duplicate_custom_id|moderation\w*)$/,
    /maximum context length|context window|(prompt|input|messages?) (is|are|was) too long|flagged|content (management )?policy/i,
  ],
  [
    "model",
    /^((model|deployment|engine)_(not_(found|supported|available|ready)|unavailable|deprecated|retired|mismatch)|(unsupported|invalid|unknown|mismatched)_(model|deployment)|model_(access_denied|permission_\w+|terms_required)|unsupported_(parameter|value|endpoint)|operation_not_supported|(unknown|unrecognized)_parameter|invalid_(url|endpoint|method|json_schema)|url_mismatch|streaming_unsupported|empty_(file|batch))$/,
    /\b(model|deployment)\b.{0,200}\b(does not exist|not found|not supported|not available|deprecated|decommissioned)|unsupported (parameter|value)|unrecognized request argument|invalid schema for response_format|not match the batch endpoint|must be verified to use the model|access to (the |this )?model|does not support|not supported (with|by|for) this model|not allowed to (use|access|sample from) (the |this )?model|for a single model/i,
  ],
  [
    "file_not_seen",
    /^((input_)?file_(not_(found|ready|processed|uploaded)|expired|deleted|missing|pending|processing)|input_not_found|input_modified)$/,
    /^(cannot|could not) find (the )?(input )?file|^no such file|^(the )?(input )?file .{0,80}(not (yet )?(ready|processed|uploaded)|\bpending\b|being (processed|uploaded)|has expired|was deleted)/i,
  ],
  [
    "busy",
    /^(rate_limit\w*|too_many_(active_\w+|batches|requests)|batch(es)?_limit_\w+|concurrent_\w*limit\w*|server_error|internal_(server_)?error|service_unavailable|overloaded\w*|timeout|request_timeout)$/,
    /rate limit|per (second|minute|min|hour|day)\b|(maximum|limit|too many)\b.{0,40}\b(active|concurrent|enqueued|queued|pending|running) (batch|job|task)/i,
  ],
  [
    "size",
    /^((file|request|request_entity|payload|batch|input|content)_too_large|too_many_(requests|lines)_in_(file|batch)|too_many_(lines|tasks)|max(imum)?_(lines|requests|file_size)\w*|file_size\w*)$/,
    /(file|payload|entity|content|body|batch)( size)? (is |was )?too (large|big)|(exceed\w*|larger than|more than|over) .{0,80}\b(lines|requests|bytes|[MG]i?B|size)\b|\bnumber of (lines|requests|tasks) in (the|this|your) (input )?(file|batch)\b.{0,40}\bexceed/i,
  ],
];

/** Fields of a line that are the same in every line of a model. */
const SHARED_PARAM = /^(body\.)?(model|stream|temperature|top_p|reasoning_effort|reasoning|response_format)(\.|\[|$)/;

const BY_STATUS: Record<number, Fault> = {
  401: "access",
  402: "credit",
  403: "access",
  404: "model",
  413: "size",
  507: "storage",
};

/** Whose fault a refusal is, by its words, and where they do not tell, by its status. */
export function whoseFault(words: Words): Fault {
  const fault = faultByWords(words);
  const byStatus = faultByStatus(statusOf(words));
  // "Payment required" is no trouble of the provider's own, though some give it that name.
  return fault === "unknown" || (fault === "busy" && byStatus === "credit") ? byStatus : fault;
}

/** By its code, type, field and sentence alone. */
export function faultByWords({ status, code, type, param, message }: Words): Fault {
  const names = [code, type].map((name) => inSnakeCase(name ?? ""));
  const named = WORDS.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0];
  if (named === "size" && status === 429) return "busy";
  // "Too many requests" in a file are not those of a minute.
  if (named && !(named === "busy" && status !== 429 && faultBySentence(message) === "size")) return named;
  if (param === "file_id") return "file_not_seen";
  if (param !== null && SHARED_PARAM.test(param)) return "model";
  return faultBySentence(message);
}

function faultBySentence(message: string): Fault {
  return WORDS.find(([, , sentences]) => sentences.test(message))?.[0] ?? "unknown";
}

function faultByStatus(status: number | null): Fault {
  const known = BY_STATUS[status ?? 0];
  if (known) return known;
  return status === 408 || status === 429 || (status !== null && status >= 500) ? "busy" : "unknown";
}

/** Compatible servers put the status where the code belongs. */
function statusOf({ status, code }: Words): number | null {
  if (status !== null) return status;
  return code !== null && /^[45]\d\d$/.test(code) ? Number(code) : null;
}

/** `DeploymentNotFound`, `model not found` and `model-not-found` are one name each. */
function inSnakeCase(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[\s.-]+/g, "_")
    .toLowerCase();
}
