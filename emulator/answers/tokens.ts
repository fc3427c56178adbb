import type { Prompt } from "./prompt.ts";

const charactersPerToken = 4;

/** Tokens of a text, estimated: four characters each. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Input tokens of a request: its texts, four for each message, and its schema. */
export function countInputTokens(prompt: Prompt): number {
  const { instructions, conversation, schemaText, messageCount } = prompt;
  return countTokens(instructions) + countTokens(conversation) + countTokens(schemaText) + 4 * messageCount;
}

/** Input tokens that count as cached: whole 128s of the instructions, once a prompt has 1,024 tokens. */
export function countCachedTokens(prompt: Prompt, inputTokens: number): number {
  return inputTokens < 1_024 ? 0 : Math.floor(countTokens(prompt.instructions) / 128) * 128;
}

/** The longest beginning of a text within `tokens` that does not end inside a surrogate pair. */
export function cutToTokens(text: string, tokens: number): string {
  const cut = text.slice(0, tokens * charactersPerToken);
  const last = cut.charCodeAt(cut.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut;
}
