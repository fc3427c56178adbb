import { z } from "zod";
import { accountOfModel, DEFAULT_ACCOUNT } from "../../accounts/account.ts";
import { ANALYSIS_NAMES } from "../../analysis/registry.ts";
import { time } from "../../api/fields.ts";
import type { OpenAccount, PipelineContext } from "../../context.ts";
import { SentimentCategory, SessionCategory } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { arrayOf, bool, int, json, known, nullable, oneOf, statement, text, timestamp } from "../../db/statement.ts";
import { readSessions } from "../../pipeline/create/readSessions.ts";
import { renderLine } from "../../pipeline/create/writeInput.ts";

const MOST_RECEIVED = 20;

/** What people wrote, and what the model said of it. */
export const revealedRequest = z.object({
  payload: z.object({
    messages: z.array(z.object({ role: z.string(), content: z.string() })),
    line: z.string().nullable().meta({ description: "The line as it is sent. Null if the request cannot have one." }),
  }),
  answer: z
    .object({
      language: z.string().nullable(),
      sentiment: z.string().nullable(),
      escalated: z.boolean().nullable(),
      forwardedHr: z.boolean().nullable(),
      category: z.string().nullable(),
      summary: z.string().nullable(),
      questions: z.array(z.string()),
      analysedAt: time,
    })
    .nullable()
    .meta({ description: "What the session shows. Null if it has no analysis yet." }),
  result: z.unknown().meta({
    description: "This request's own answer, as it is kept, whether or not its session shows it. Null without one.",
  }),
  received: z
    .array(z.object({ attempt: z.number().int(), text: z.string() }))
    .meta({ description: "The start of each answer that came but could not be used, newest attempt first." }),
});

type Revealed = z.input<typeof revealedRequest>;

export async function revealRequest(
  ctx: PipelineContext,
  sql: Sql,
  request: { id: string; sessionId: string | null; processingType: string },
): Promise<Revealed> {
  return {
    payload: await readPayload(ctx, sql, request),
    answer: (await READ_ANSWER.first(sql, { sessionId: request.sessionId })) ?? null,
    result: (await READ_RESULT.first(sql, { requestId: request.id }))?.answer ?? null,
    received: await READ_RECEIVED.rows(sql, { requestId: request.id }),
  };
}

async function readPayload(
  ctx: PipelineContext,
  sql: Sql,
  { id, processingType }: { id: string; processingType: string },
): Promise<Revealed["payload"]> {
  for await (const request of readSessions(sql, [id])) {
    const account = await findAccount(ctx, sql, id);
    // Another version may have an analysis that this one does not know: it alone can write the line.
    const isKnown = account !== undefined && ANALYSIS_NAMES.includes(processingType);
    const line = isKnown ? renderLine({ ...ctx, ...account }, account.provider.endpoint, request) : null;
    return { messages: request.messages, line: typeof line === "string" ? line : null };
  }
  return { messages: [], line: null };
}

/** The account that the request is sent to; undefined if it cannot be used here. */
async function findAccount(ctx: PipelineContext, sql: Sql, requestId: string): Promise<OpenAccount | undefined> {
  const { accountId = DEFAULT_ACCOUNT } = (await READ_ACCOUNT.first(sql, { requestId })) ?? {};
  if (accountId === ctx.accountId) return ctx;
  return (await ctx.accounts.list(sql)).accounts.find((account) => account.accountId === accountId);
}

const READ_ACCOUNT = statement({
  sql: `SELECT ${accountOfModel('r."model"')} AS "accountId" FROM "AIProcessingRequest" r WHERE r."id" = $1`,
  params: { requestId: text },
  row: { accountId: known(text) },
});

const READ_ANSWER = statement({
  sql: `SELECT s."language", s."sentiment", s."escalated", s."forwardedHr", s."category", s."summary", s."analysedAt",
               ARRAY(SELECT q."content" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                      WHERE sq."sessionId" = s."id" ORDER BY sq."order") AS "questions"
          FROM "Session" s WHERE s."id" = $1 AND s."analysedAt" IS NOT NULL`,
  params: { sessionId: nullable(text) },
  row: {
    language: nullable(text),
    sentiment: nullable(oneOf("SentimentCategory", SentimentCategory)),
    escalated: nullable(bool),
    forwardedHr: nullable(bool),
    category: nullable(oneOf("SessionCategory", SessionCategory)),
    summary: nullable(text),
    analysedAt: known(timestamp),
    questions: known(arrayOf(text)),
  },
});

const READ_RESULT = statement({
  sql: `SELECT "answer" FROM "AnalysisResult" WHERE "requestId" = $1 ORDER BY "attempt" DESC LIMIT 1`,
  params: { requestId: text },
  row: { answer: json<unknown>() },
});

const READ_RECEIVED = statement({
  sql: `SELECT "attempt", "received" AS "text" FROM "AIRequestAttempt"
         WHERE "requestId" = $1 AND "received" IS NOT NULL ORDER BY "attempt" DESC LIMIT ${MOST_RECEIVED}`,
  params: { requestId: text },
  row: { attempt: int, text: known(text) },
});
