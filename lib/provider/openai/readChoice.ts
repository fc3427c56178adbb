import type { FailureCode } from "../../failures.ts";
import type { Refusal } from "../whoseFault.ts";
import { asFields, asList, type Fields, isBlank } from "./fields.ts";
import { judgeWords } from "./judgeWords.ts";
import { readWords } from "./readWords.ts";

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
  refusal: "answer_refused",
};

/** Parts of a content that are no text for us, whatever they hold. */
const NOT_TEXT = /^(thinking|redacted_thinking|reasoning|refusal)/i;

/** What a choice of a completion holds: the text of an answer, or why there is none; null if it cannot be read. */
export type ReadChoice = { text: string } | { code: FailureCode; words: Refusal | null } | null;

/** The first choice that can be read. Exactly one was asked for. */
export function readChoices(choices: unknown): ReadChoice {
  for (const item of asList(choices)) {
    const choice = asFields(item);
    const read = choice && readChoice(choice);
    if (read) return read;
  }
  return Array.isArray(choices) && choices.length === 0 ? { code: "answer_empty", words: null } : null;
}

function readChoice(choice: Fields): ReadChoice {
  const message = typeof choice.message === "string" ? null : asFields(choice.message);
  const content = message ? textOf(message.content) || structured(message) : textOf(choice.message ?? choice.text);
  const refusal = message && (textOf(message.refusal) || refusalWithin(message.content));
  const stopped = STOPPED[normalise(choice.finish_reason)];
  if (refusal) return { code: "answer_refused", words: null };
  if (stopped) return { code: stopped, words: null };
  const words = readWords(choice.error);
  if (words && (content === "" || normalise(choice.finish_reason) === "error"))
    return { code: judgeWords(words), words };
  if (content !== "") return { text: content };
  if (isFiltered(choice.content_filter_results)) return { code: "answer_filtered", words: null };
  const isKnown = message !== null || typeof choice.message === "string" || typeof choice.text === "string";
  return isKnown ? { code: "answer_empty", words: null } : null;
}

/** The text of a content: itself, or that of its parts. An object that is no part is the answer, parsed already. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content.trim() === "" ? "" : content;
  if (Array.isArray(content)) return content.map(textOf).join("");
  const part = asFields(content);
  if (!part) return "";
  if (typeof part.type === "string" && NOT_TEXT.test(part.type)) return "";
  if ("text" in part) return textOfPart(part.text);
  return typeof part.type === "string" || isBlank(part) ? "" : toJson(part);
}

function textOfPart(text: unknown): string {
  const given = asFields(text)?.value ?? text;
  return typeof given === "string" ? given : "";
}

/** Where servers that parse a structured answer, or ask for it as a call of a tool, leave it. */
function structured(message: Fields): string {
  if (!isBlank(message.parsed)) return textOf(message.parsed);
  const call = asFields(asFields(asList(message.tool_calls)[0])?.function);
  return textOf(call?.arguments);
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
