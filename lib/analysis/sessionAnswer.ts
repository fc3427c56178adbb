import { z } from "zod";
import { SentimentCategory, SessionCategory } from "../db/enums.ts";
import { isLanguageCode, toLanguageCode } from "./languages.ts";
import { onlyOne, tidyBoolean, tidyKeys, tidyText, tidyTexts, tidyWord } from "./tidy.ts";

const MOST_QUESTIONS = 5;
const LONGEST_QUESTION = 500;
const LONGEST_SUMMARY = 300;

/** What the model answers about a session. */
export const sessionAnswerSchema = z.strictObject({
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .refine(isLanguageCode)
    .describe("Main language of the user's messages, as an ISO 639-1 code"),
  sentiment: z.enum(SentimentCategory).describe("How the user feels about the conversation as a whole"),
  escalated: z.boolean().describe("Whether the conversation was handed to, or the user asked for, a person"),
  forwarded_hr: z.boolean().describe("Whether the user was sent on to the HR department"),
  category: z.enum(SessionCategory).describe("The one topic that fits best"),
  questions: z
    .array(z.string().trim().min(1).max(LONGEST_QUESTION))
    .max(MOST_QUESTIONS)
    .describe("Up to five main questions of the user, in English, in the order asked; none if nothing was asked"),
  summary: z.string().trim().min(10).max(LONGEST_SUMMARY).describe("What happened, in English, in at most 40 words"),
});

export type SessionAnswer = z.output<typeof sessionAnswerSchema>;

/** What the last category is called for short. */
const OTHER = {
  OTHER: SessionCategory.UNRECOGNIZED_OTHER,
  UNRECOGNIZED: SessionCategory.UNRECOGNIZED_OTHER,
  UNRECOGNISED: SessionCategory.UNRECOGNIZED_OTHER,
};

/** What is nearly right, in the form that was asked for. */
export function tidySessionAnswer(answer: Record<string, unknown>): unknown {
  const given = tidyKeys(answer, Object.keys(sessionAnswerSchema.shape));
  const language = onlyOne(given.language);
  return {
    ...given,
    language: typeof language === "string" ? (toLanguageCode(language) ?? language) : language,
    sentiment: tidyWord(given.sentiment, Object.values(SentimentCategory)),
    escalated: tidyBoolean(given.escalated),
    forwarded_hr: tidyBoolean(given.forwarded_hr),
    category: tidyWord(given.category, Object.values(SessionCategory), OTHER),
    questions: tidyTexts(given.questions, MOST_QUESTIONS, LONGEST_QUESTION),
    summary: tidyText(given.summary, LONGEST_SUMMARY),
  };
}
