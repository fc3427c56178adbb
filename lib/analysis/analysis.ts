import type { z } from "zod";
import type { Transaction } from "../db/pool.ts";
import { findAnswers, findWithin } from "./findAnswers.ts";
import { toStrictSchema } from "./strictSchema.ts";

export interface TranscriptMessage {
  role: string;
  content: string;
}

interface Prompt {
  system: string;
  user: string;
}

/** A checked answer for one session. Shape of `answer`: what the analysis' schema says. */
export interface AppliedAnswer<Answer> {
  companyId: string;
  sessionId: string;
  answer: Answer;
  /** The questions that it is about, in their order, where the analysis is about questions. */
  questionIds: readonly string[];
  /** Whether the session was analysed before, and what it holds from then has to go. */
  replaces: boolean;
}

export interface ApplyContext {
  at: Date;
  newId(): string;
}

/** What an analysis is made of. A new one is a file with one of these, and its line in registry.ts. */
export interface AnalysisDefinition<Answer> {
  /** Stands in every request that asks for it: never rename it. */
  name: string;
  /** Raise it when prompt, schema or meaning change. */
  version: number;
  /** What a request asks about: a session's messages, or those of its questions that it names. */
  subject: "messages" | "questions";
  /** The model that it asks, whatever a company has chosen; without one, the company's. */
  ownModel?: string;
  /** The model for companies that have not chosen one. */
  model: string;
  maxOutputTokens: number;
  /** For an answer about so many questions. */
  schema(questions: number): z.ZodType<Answer>;
  /** Puts an answer's form right before the schema judges it, where that does not touch what it means. */
  tidy(answer: Record<string, unknown>, questions: number): unknown;
  prompt(messages: readonly TranscriptMessage[], questions: readonly string[]): Prompt;
  /** Writes checked answers to the sessions, in bulk, inside the transaction that records the results. */
  apply(tx: Transaction, answers: AppliedAnswer<Answer>[], context: ApplyContext): Promise<void>;
}

/** An analysis as the pipeline sees it, whatever it answers. */
export interface Analysis extends Omit<AnalysisDefinition<unknown>, "schema" | "tidy"> {
  /** The schema as it is sent: strict JSON schema. */
  jsonSchema(questions?: number): Record<string, unknown>;
  /** Checks the text of an answer about so many questions. `fault` names fields and rules, never content. */
  check(text: string, questions?: number): { ok: true; answer: unknown } | { ok: false; fault: string };
}

/** How an answer about a certain number of questions is judged. */
interface Rules<Answer> {
  schema: z.ZodType<Answer>;
  jsonSchema: Record<string, unknown>;
  tidy(answer: Record<string, unknown>): unknown;
}

export function defineAnalysis<Answer>(definition: AnalysisDefinition<Answer>): Analysis {
  // Made once: building them costs more than a line.
  const made = new Map<number, Rules<Answer>>();
  const rulesFor = (questions: number): Rules<Answer> => {
    const known = made.get(questions);
    if (known) return known;
    const schema = definition.schema(questions);
    const tidy = (answer: Record<string, unknown>) => definition.tidy(answer, questions);
    const rules = { schema, jsonSchema: toStrictSchema(schema), tidy };
    made.set(questions, rules);
    return rules;
  };
  return {
    ...definition,
    jsonSchema: (questions = 0) => rulesFor(questions).jsonSchema,
    check: (text, questions = 0) => checkAnswer(rulesFor(questions), text),
    apply: (tx, answers, context) => definition.apply(tx, answers as AppliedAnswer<Answer>[], context),
  };
}

function checkAnswer<Answer>(rules: Rules<Answer>, text: string): ReturnType<Analysis["check"]> {
  const results = findAnswers(text).map((found) => judge(rules, found));
  const answers = results.flatMap(({ answers }) => answers);
  const [answer, ...others] = new Map(answers.map((answer) => [JSON.stringify(answer), answer])).values();
  if (answer !== undefined && others.length === 0) return { ok: true, answer };
  if (answer !== undefined) return { ok: false, fault: "it contains several different answers" };
  const issues = results[0]?.issues;
  if (!issues) return { ok: false, fault: "it contains no JSON object" };
  const faults = issues.map((issue) => `${issue.path.join(".") || "answer"}: ${issue.code}`);
  return { ok: false, fault: [...new Set(faults)].slice(0, 10).join(", ") };
}

/** How deep in other objects an answer is looked for. */
const DEEPEST = 2;

/** What an object holds: an answer, or, where it has nothing of one, those that stand in its fields. */
function judge<Answer>(
  rules: Rules<Answer>,
  found: Record<string, unknown>,
  deep = DEEPEST,
): { answers: Answer[]; issues: z.core.$ZodIssue[] } {
  const tidied = rules.tidy(found);
  const result = rules.schema.safeParse(tidied);
  if (result.success) return { answers: [result.data], issues: [] };
  // One that has a field of an answer is meant to be one.
  const isWrapper = deep > 0 && Object.values(tidied ?? {}).every((field) => field === undefined);
  const within = isWrapper ? findWithin(found).map((inner) => judge(rules, inner, deep - 1)) : [];
  // Of what is nearly an answer, the fault counts that is the smallest.
  const issues = [result.error.issues, ...within.map((one) => one.issues)].reduce((a, b) =>
    b.length > 0 && b.length < a.length ? b : a,
  );
  return { answers: within.flatMap(({ answers }) => answers), issues };
}
