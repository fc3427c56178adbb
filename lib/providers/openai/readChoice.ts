import type { FailureCode } from "../../failures.ts";
import { findJson } from "../../findJson.ts";
import { lookUp } from "../../json.ts";
import { asFields, asList, type Fields, isBlank } from "./fields.ts";
import { judgeWords } from "./judgeWords.ts";
import { isNothing, readWords } from "./readWords.ts";
import type { Words } from "./whoseFault.ts";

/** Reasons to stop that say why there is no whole answer, in the words of several providers. */
const STOPPED: Readonly<Record<string, FailureCode>> = {
  length: "answer_cut_off",
  max_tokens: "answer_cut_off",
  max_output_tokens: "answer_cut_off",
  model_length: "answer_cut_off",
  content_filter: "answer_filtered",
  content_filtered: "answer_filtered",
  safety: "answer_filtered",
  prohibited_content: "answer_filtered",
  content_blocked: "answer_filtered",
  blocklist: "answer_filtered",
  recitation: "answer_filtered",
  spii: "answer_filtered",
  guardrail_intervened: "answer_filtered",
  refusal: "answer_refused",
};

/** Parts of a content that are no text for us, whatever they hold. */
const NOT_TEXT = /^(thinking|redacted_thinking|reasoning|refusal)/i;

/** What a choice of a completion holds: the text of an answer, or why there is none; null if it cannot be read. */
export type ReadChoice = { text: string } | { code: FailureCode; words: Words | null } | null;

/** Whether it is a reply of a model: of this API, or as others shape it that servers translate from. */
export function isCompletion(fields: Fields): boolean {
  return (
    "choices" in fields || asFields(fields.message)?.content !== undefined || isResponse(fields) || isMessage(fields)
  );
}

/** What a reply of a model holds. Exactly one choice was asked for. */
export function readCompletion(completion: Fields): ReadChoice {
  if ("choices" in completion) return readChoices(completion.choices, completion.prompt_filter_results);
  if (isResponse(completion)) return readResponse(completion);
  if (isMessage(completion)) return readChoice({ finish_reason: completion.stop_reason, message: completion });
  return readChoices(completion);
}

/** As /v1/responses answers: a list of items, some of which are messages. */
function isResponse({ output, output_text }: Fields): boolean {
  return Array.isArray(output) || typeof output === "string" || typeof output_text === "string";
}

function readResponse({ output, output_text, incomplete_details }: Fields): ReadChoice {
  const items = asList(output)
    .map(asFields)
    .filter((item) => item !== null);
  const parts = items.filter(({ type }) => type === undefined || type === "message");
  const calls = items.filter(({ type }) => type === "function_call").map((call) => ({ function: call }));
  const content = parts.flatMap((item) => (Array.isArray(item.content) ? item.content : [item.content]));
  const said = content.length > 0 ? content : typeof output === "string" ? output : output_text;
  const finish_reason = asFields(incomplete_details)?.reason;
  return readChoice({ finish_reason, message: { content: said ?? null, tool_calls: calls } });
}

/** A message alone, without a choice around it. */
function isMessage({ content, role, type, stop_reason }: Fields): boolean {
  return content !== undefined && (role === "assistant" || type === "message" || stop_reason !== undefined);
}

/** The first choice that can be read. */
function readChoices(choices: unknown, promptFilter?: unknown): ReadChoice {
  for (const item of asList(choices)) {
    const choice = asFields(item);
    const read = choice && readChoice(choice);
    if (read) return read;
  }
  const isFilteredBefore = asList(promptFilter).some((item) => isFiltered(asFields(item)?.content_filter_results));
  if (isFilteredBefore) return { code: "answer_filtered", words: null };
  return Array.isArray(choices) && choices.length === 0 ? { code: "answer_empty", words: null } : null;
}

function readChoice(choice: Fields): ReadChoice {
  const given = choice.message ?? choice.delta;
  const message = typeof given === "string" ? null : asFields(given);
  const content = message ? textOfMessage(message) : textOf(given ?? choice.text);
  const refused = message ? textOf(message.refusal) : "";
  const refusal = isNothing(refused) ? message && refusalWithin(message.content) : refused;
  const stopped = lookUp(STOPPED, normalise(choice.finish_reason));
  if (refusal) return { code: "answer_refused", words: null };
  if (stopped && !(stopped === "answer_cut_off" && isWhole(content))) return { code: stopped, words: null };
  const words = readWords(choice.error);
  if (words && (content === "" || normalise(choice.finish_reason) === "error"))
    return { code: judgeWords(words), words };
  if (content !== "") return { text: content };
  if (isFiltered(choice.content_filter_results)) return { code: "answer_filtered", words: null };
  const isKnown = message !== null || typeof given === "string" || typeof choice.text === "string";
  return isKnown ? { code: "answer_empty", words: null } : null;
}

/** An object that is whole was not cut: some models write blanks behind it until nothing is left of their limit. */
function isWhole(content: string): boolean {
  return asFields(content.replaceAll(/^\s*```\w*|```\s*$/g, "")) !== null;
}

/** The text of a content: itself, or that of its parts. An object that is no part is the answer, parsed already. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content.trim() === "" ? "" : content;
  if (Array.isArray(content)) return content.map(textOf).join("");
  const part = asFields(content);
  if (!part) return "";
  if (typeof part.type === "string" && NOT_TEXT.test(part.type)) return "";
  const text = part.text ?? part.content ?? part.json ?? part.input ?? part.arguments;
  if (text !== undefined) return textOfPart(text) || textOf(text);
  return typeof part.type === "string" || isBlank(part) ? "" : toJson(part);
}

function textOfPart(text: unknown): string {
  const given = asFields(text)?.value ?? text;
  return typeof given === "string" ? given : "";
}

/** The content; where that is no object, what was parsed from it or given to a tool, beside which some models talk. */
function textOfMessage(message: Fields): string {
  const content = textOf(message.content);
  const given = structured(message);
  if (given !== "" && !findJson(content).some((value) => asFields(value) !== null)) return given;
  if (content !== "") return content;
  // Some take a whole answer for a thought, and leave the content empty.
  const thought = textOf(message.reasoning_content ?? message.reasoning);
  return /^\s*\{[\s\S]*\}\s*$/.test(thought) ? thought : "";
}

/** Where servers that parse a structured answer, or ask for it as a call of a tool, leave it. Several calls may differ. */
function structured(message: Fields): string {
  if (!isBlank(message.parsed)) return textOf(message.parsed);
  const calls = [...asList(message.tool_calls), message.function_call].map(asFields);
  return calls.map((call) => textOf((asFields(call?.function) ?? call)?.arguments)).join("");
}

function refusalWithin(content: unknown): string {
  const part = asList(content)
    .map(asFields)
    .find((given) => given?.type === "refusal");
  return textOfPart(part?.refusal);
}

/** Azure: an object of categories, each with `filtered`. */
function isFiltered(results: unknown): boolean {
  return Object.values(asFields(results) ?? {}).some((category) => asFields(category)?.filtered === true);
}

function normalise(reason: unknown): string {
  return typeof reason === "string"
    ? reason
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, "_")
    : "";
}

/** Blank for what is nested deeper than can be written. */
function toJson(value: Fields): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
}
