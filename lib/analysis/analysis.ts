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
  /** The model for companies that have not chosen one. */
  model: string;
  maxOutputTokens: number;
  schema: z.ZodType<Answer>;
  /** Puts an answer's form right before the schema judges it, where that does not touch what it means. */
  tidy(answer: Record<string, unknown>): unknown;
  prompt(messages: TranscriptMessage[]): Prompt;
  /** Writes checked answers to the sessions, in bulk, inside the transaction that records the results. */
  apply(tx: Transaction, answers: AppliedAnswer<Answer>[], context: ApplyContext): Promise<void>;
}

/** An analysis as the pipeline sees it, whatever it answers. */
export interface Analysis extends Omit<AnalysisDefinition<unknown>, "schema" | "tidy"> {
  /** The schema as it is sent: strict JSON schema. */
  jsonSchema: Record<string, unknown>;
  /** Checks the text of an answer. `fault` names fields and rules, never content. */
  check(text: string): { ok: true; answer: unknown } | { ok: false; fault: string };
}

export function defineAnalysis<Answer>(definition: AnalysisDefinition<Answer>): Analysis {
  return {
    ...definition,
    jsonSchema: toStrictSchema(definition.schema),
    check: (text) => checkAnswer(definition, text),
    apply: (tx, answers, context) => definition.apply(tx, answers as AppliedAnswer<Answer>[], context),
  };
}

function checkAnswer<Answer>(definition: AnalysisDefinition<Answer>, text: string): ReturnType<Analysis["check"]> {
  const results = findAnswers(text).map((found) => judge(definition, found));
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
  definition: AnalysisDefinition<Answer>,
  found: Record<string, unknown>,
  deep = DEEPEST,
): { answers: Answer[]; issues: z.core.$ZodIssue[] } {
  const tidied = definition.tidy(found);
  const result = definition.schema.safeParse(tidied);
  if (result.success) return { answers: [result.data], issues: [] };
  // One that has a field of an answer is meant to be one.
  const isWrapper = deep > 0 && Object.values(tidied ?? {}).every((field) => field === undefined);
  const within = isWrapper ? findWithin(found).map((inner) => judge(definition, inner, deep - 1)) : [];
  // Of what is nearly an answer, the fault counts that is the smallest.
  const issues = [result.error.issues, ...within.map((one) => one.issues)].reduce((a, b) =>
    b.length > 0 && b.length < a.length ? b : a,
  );
  return { answers: within.flatMap(({ answers }) => answers), issues };
}
