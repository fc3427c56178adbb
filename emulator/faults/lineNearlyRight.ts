import { z } from "zod";
import { isObject } from "../http/call.ts";
import { changeServed } from "./changeServed.ts";
import { defineFault } from "./fault.ts";

type Answer = Record<string, unknown>;

const LONG = "The user came back to the same matter several times. ";

const HOW = {
  twice: (text: string) => `${text}\n${text}`,
  fenced: (text: string) => `\`\`\`json\n${text}\n\`\`\``,
  prose: (text: string) => `Here is what you asked for:\n${text}\nAnything else?`,
  trailing_comma: (text: string) => text.replace(/\}$/, ",}"),
  wrapped: (text: string) => `{"answer":${text}}`,
  tool_call: (text: string) => JSON.stringify({ name: "answer", arguments: text }),
  other_quotes: (text: string) => text.replaceAll(/"((?:[^"\\]|\\.)*)"/g, "“$1”"),
  long_summary: (text: string) =>
    change(text, (answer) => ({ ...answer, summary: `${answer.summary} ${LONG.repeat(5)}` })),
  many_questions: (text: string) =>
    change(text, (answer) => ({
      ...answer,
      questions: ["One?", "", "Two?", "Two?", "Three?", "Four?", "Five?", "Six?"],
    })),
  words: (text: string) =>
    change(text, (answer) => ({
      ...answer,
      language: `${answer.language}-XX`,
      sentiment: String(answer.sentiment).toLowerCase(),
      escalated: String(answer.escalated),
    })),
  extra_field: (text: string) => change(text, (answer) => ({ ...answer, confidence: 0.9 })),
} as const;

const names = Object.keys(HOW) as [keyof typeof HOW];

export const lineNearlyRight = defineFault({
  kind: "line_nearly_right",
  summary: "An answer is right except in form: given twice, in a code fence, too long, or in other words. Billed.",
  at: "line",
  params: z.strictObject({ how: z.enum(names).default("long_summary") }),
  onLine: (line, { how }) =>
    changeServed(line, (fields) => {
      const { response } = fields;
      const body = isObject(response) ? response.body : undefined;
      const choice = isObject(body) && Array.isArray(body.choices) ? body.choices[0] : undefined;
      if (!isObject(response) || !isObject(body) || !isObject(choice?.message)) return fields;
      const { content } = choice.message;
      if (typeof content !== "string") return fields;
      const choices = [{ ...choice, message: { ...choice.message, content: HOW[how](content) } }];
      return { ...fields, response: { ...response, body: { ...body, choices } } };
    }),
});

/** An answer that is no session analysis stays as it is. */
function change(text: string, to: (answer: Answer) => Answer): string {
  const answer: unknown = JSON.parse(text);
  return isObject(answer) && "summary" in answer ? JSON.stringify(to(answer)) : text;
}
