import { digest, randomFrom } from "../random.ts";
import type { Answer } from "./answer.ts";
import { fromSchema } from "./fromSchema.ts";
import { type KnownAnswers, transcriptName } from "./knownAnswers.ts";
import { labelQuestions } from "./labelQuestions.ts";
import { type Prompt, readPrompt } from "./prompt.ts";
import { analyseSession } from "./sessionAnalysis.ts";
import { countCachedTokens, countInputTokens, countTokens, cutToTokens } from "./tokens.ts";

const reasoningTokens = 64;

/**
 * What the emulated model says to a request body: the answer that is known for its transcript, else one computed from its
 * texts, model and schema alone, so that the same body always gets the same answer. An output limit cuts it off with finish
 * reason `length`.
 * @throws ApiError 400 `unsupported_schema` when the wanted schema is beyond the emulator.
 */
export function answerRequest(body: Record<string, unknown>, known: KnownAnswers): { prompt: Prompt; answer: Answer } {
  const prompt = readPrompt(body);
  const whole = compose(prompt, known);
  const inputTokens = countInputTokens(prompt);
  const reasoning = prompt.reasons ? reasoningTokens : 0;
  const room = (prompt.maxOutputTokens ?? Number.POSITIVE_INFINITY) - reasoning;
  const fits = countTokens(whole) <= room;
  const text = fits ? whole : cutToTokens(whole, Math.max(0, room));
  const answer: Answer = {
    text,
    refusal: null,
    room: prompt.maxOutputTokens ?? null,
    finishReason: fits ? "stop" : "length",
    usage: {
      inputTokens,
      cachedTokens: countCachedTokens(prompt, inputTokens),
      outputTokens: countTokens(text) + Math.min(reasoning, prompt.maxOutputTokens ?? reasoning),
      reasoningTokens: Math.min(reasoning, prompt.maxOutputTokens ?? reasoning),
    },
  };
  return { prompt, answer };
}

function compose(prompt: Prompt, known: KnownAnswers): string {
  if (prompt.schema === null) return plainText(prompt);
  if (prompt.schema === true) return JSON.stringify({ answer: plainText(prompt) });
  const random = randomFrom(`${prompt.model}\n${prompt.instructions}\n${prompt.conversation}\n${prompt.schemaText}`);
  const written = known.size > 0 ? known.get(transcriptName(prompt.conversation)) : undefined;
  const hints = written ?? { ...analyseSession(prompt.conversation), ...labelQuestions(prompt.conversation) };
  return JSON.stringify(fromSchema(prompt.schema, random, hints));
}

function plainText(prompt: Prompt): string {
  const words = countTokens(prompt.conversation);
  const mark = digest(prompt.instructions + prompt.conversation).slice(0, 8);
  return `This is an emulated answer to a prompt of about ${words} tokens (${mark}).`;
}
