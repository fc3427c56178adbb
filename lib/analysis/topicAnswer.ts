import { z } from "zod";
import { onlyOne, saysNothing, tidyKeys } from "./tidy.ts";

const LONGEST_TOPIC = 60;
/** Two to four words of English letters. */
const TOPIC = /^[A-Za-z]+( [A-Za-z]+){1,3}$/;

/** A label for each question, by the key of its number. */
export type TopicAnswer = Record<string, string>;

/** What stands for a question in the answer, by its number from 1 on. */
export const keyOf = (number: number): string => `q${number}`;
const keysFor = (questions: number) => Array.from({ length: questions }, (_, index) => keyOf(index + 1));

const topic = z
  .string()
  .max(LONGEST_TOPIC)
  .regex(TOPIC)
  .refine((label) => !saysNothing(label))
  .describe("Two to four English words");

/** What the model answers about so many questions: exactly one label for each. */
export function topicAnswerSchema(questions: number): z.ZodType<TopicAnswer> {
  return z.strictObject(Object.fromEntries(keysFor(questions).map((key) => [key, topic])));
}

export function tidyTopicAnswer(answer: Record<string, unknown>, questions: number): unknown {
  const given = tidyKeys(answer, keysFor(questions));
  const spell = (label: unknown) => (typeof label === "string" ? spellTopic(label) : label);
  return Object.fromEntries(Object.entries(given).map(([key, label]) => [key, spell(onlyOne(label))]));
}

/** Written in one way, so that equal topics are equal: "Driver's-license & Permits." is "Drivers license and permits". */
function spellTopic(label: string): string {
  const isShouted = label === label.toUpperCase();
  const words = label
    .replaceAll(/['’‘ʼ`]/g, "")
    .replaceAll(/&(?:amp;)?/g, " and ")
    .replaceAll(/^[\s"“”*]+|[\s"“”*.!?:;,]+$/g, "")
    .split(/[\s_/-]+/);
  // What is short and in capitals among other words is an abbreviation, such as HR.
  const text = words.map((word) => (!isShouted && /^[A-Z]{2,4}$/.test(word) ? word : word.toLowerCase())).join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
