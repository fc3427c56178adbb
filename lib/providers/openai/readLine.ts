import type { FailureCode } from "../../failures.ts";
import { parseNearlyJson } from "../../json.ts";
import type { AnswerLine, FailureLine, ResultLine, Usage } from "../contract/lines.ts";
import { asFields, asText, clip, type Fields, isBlank, unwrap } from "./fields.ts";
import { findCustomId, readId } from "./findCustomId.ts";
import { judgeWords } from "./judgeWords.ts";
import { isCompletion, readCompletion } from "./readChoice.ts";
import { readUsage, UNKNOWN_USAGE } from "./readUsage.ts";
import { readWords, toStatus } from "./readWords.ts";
import { type Words, whoseFault } from "./whoseFault.ts";

/** So much of a line that could not be read is kept. */
const KEPT_OF_A_LINE = 2_000;

/** A line of a request that is known, taken apart. */
interface KnownLine {
  requestId: string;
  text: string;
  status: number | null;
  completion: Fields | null;
  /** What came as the reply, completion or not. */
  body: unknown;
  error: unknown;
  usage: Usage | null;
  providerRequestId: string | null;
}

/**
 * Reads one line of an output or error file of /v1/chat/completions. Never throws: every line says something. The id comes
 * first; each other field is read for itself, so that an odd one costs no answer.
 */
export function readLine(line: Buffer): ResultLine {
  const text = line.toString("utf8");
  const fields = unwrapLine(parseNearlyJson(text));
  const requestId = idOf(text, fields);
  if (requestId === null) return { kind: "unreadable", reason: "not a result line: no JSON object with a custom_id" };
  return judge(takeApart(requestId, text, fields ?? {}), fields !== null);
}

/** Whose line of any of the three files this is; null where it does not say. */
export function readRequestId(line: Buffer): string | null {
  const text = line.toString("utf8");
  return idOf(text, unwrapLine(parseNearlyJson(text)));
}

function idOf(text: string, fields: Fields | null): string | null {
  return fields ? readId(fields.custom_id) : findCustomId(text);
}

/** The line itself; some put it into a field of another object. One that names its request nowhere else stays as it is. */
function unwrapLine(given: unknown): Fields | null {
  const fields = asFields(given);
  if (!fields || fields.custom_id !== undefined) return fields;
  const name = Object.keys(fields).find((key) => key.toLowerCase().replaceAll("_", "") === "customid");
  if (name !== undefined) return { ...fields, custom_id: fields[name] };
  const inner = unwrap(fields, ({ custom_id }) => custom_id !== undefined);
  // The id may stand with the reply: the rest of the line counts, too.
  return inner ? { response: inner, ...fields, ...inner } : fields;
}

function takeApart(requestId: string, text: string, line: Fields): KnownLine {
  const response = asFields(line.response);
  const body = response ? response.body : (line.body ?? line.response);
  const completion = unwrap(body, isCompletion) ?? unwrap(line, isCompletion);
  return {
    requestId,
    text,
    status: toStatus(response?.status_code ?? response?.status ?? line.status_code),
    completion,
    body,
    error: line.error,
    usage: readUsage((completion ?? asFields(body))?.usage ?? response?.usage ?? line.usage),
    providerRequestId: asText(response?.request_id),
  };
}

/** Success is a status of 200, or an answer without any status; it is never "has a body". */
function judge(line: KnownLine, isJson: boolean): ResultLine {
  const { status, completion } = line;
  const isServed = status === null || (status >= 200 && status < 300);
  const choice = isServed && completion ? readCompletion(completion) : null;
  if (choice && "text" in choice) return answer(line, choice.text);
  if (choice && choice.code !== "answer_empty") return failure(line, choice.code, choice.words);
  const words = findWords(line, isServed);
  if (words || !isServed) return failed(line, words);
  if (choice) return failure(line, choice.code);
  return isJson && isBlank(line.body) ? failure(line, "line_empty") : unreadable(line, isJson);
}

/** A text that came under a good status is none: it may be anything, and an answer must not end in an error message. */
function findWords({ completion, body, error }: KnownLine, isServed: boolean): Words | null {
  const within = completion ? completion.error : isServed ? asFields(body) : body;
  return readWords(within) ?? readWords(error);
}

function answer(line: KnownLine, text: string): AnswerLine {
  return {
    kind: "answer",
    requestId: line.requestId,
    text,
    usage: line.usage ?? UNKNOWN_USAGE,
    providerRequestId: line.providerRequestId,
    serviceTier: asText(line.completion?.service_tier),
    systemFingerprint: asText(line.completion?.system_fingerprint),
  };
}

const MEANINGS: Partial<Record<FailureCode, string>> = {
  answer_refused: "The model refused to answer.",
  answer_filtered: "The content filter stopped the answer.",
  answer_empty: "The answer has no content.",
  line_empty: "The result line has neither an answer nor an error.",
};

/** A failure of the answer itself. */
function failure(line: KnownLine, code: FailureCode, words: Words | null = null): FailureLine {
  const { requestId, providerRequestId } = line;
  const ran = code === "line_unreadable" || (code.startsWith("answer_") && words === null);
  const usage = line.usage ?? (ran ? UNKNOWN_USAGE : null);
  const cutOff = `The answer was cut off after ${usage?.completionTokens ?? "?"} output tokens.`;
  const message = words?.message || (code === "answer_cut_off" ? cutOff : (MEANINGS[code] ?? code));
  return {
    kind: "failure",
    requestId,
    code,
    message: clip(message),
    fault: words && whoseFault(words),
    wording: words && [words.status, words.code, words.type, words.message].join(" "),
    startOfText: null,
    usage,
    providerRequestId,
  };
}

/** A failure of which the status tells, or an error. */
function failed(line: KnownLine, given: Words | null): FailureLine {
  const said = given ?? { status: null, code: null, type: null, param: null, message: "" };
  const isRefused = line.status !== null && line.status >= 300;
  const words = { ...said, status: isRefused ? line.status : said.status };
  const what = words.status === null ? words.code : `The line ended with status ${words.status}`;
  const message = [what, words.message || (words.status === null ? words.type : words.code)].filter(Boolean).join(": ");
  return { ...failure(line, judgeWords(words), words), message: clip(message) };
}

function unreadable(line: KnownLine, isJson: boolean): FailureLine {
  const why = isJson ? "it has neither an answer nor an error in any known form" : "it is not a complete JSON object";
  const message = `The line could not be read: ${why}.`;
  return { ...failure(line, "line_unreadable"), message, startOfText: clip(line.text, KEPT_OF_A_LINE) };
}
