import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id, moment } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { bigint, int, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { asTenant, companyIdOf } from "../asTenant.ts";
import { recordView } from "../recordReading.ts";
import { questionTopic, SESSION_COLUMNS, sessionColumns, sessionShape, toSessionRow } from "./sessionRow.ts";

const MESSAGES = 500;

const messageShape = z.object({
  order: z.number().int(),
  role: z.string().meta({ description: "User, Assistant or System." }),
  timestamp: moment.nullable(),
  content: z.string(),
});

export const readSession = defineOperation({
  name: "readSession",
  summary: `A session with its analysis, questions and messages in order, ${MESSAGES} at a time.`,
  method: "GET",
  path: "/api/company/sessions/{id}",
  permission: "company.sessions.read",
  input: z.strictObject({
    id,
    after: z.coerce.number().int().min(0).max(2_147_483_647).optional().meta({
      description: "The `order` of a message. Returns the messages that follow it.",
    }),
  }),
  example: { id: "cm3u7xk2p0001" },
  output: z.object({
    session: sessionShape,
    questions: z.array(z.object({ id: z.string(), content: z.string(), topic: questionTopic })),
    messages: z.array(messageShape),
    nextAfter: z.number().int().nullable().meta({ description: "Pass it as `after` to get the next messages." }),
  }),
  run: async (ctx, { id, after = -1 }) => {
    const answer = await asTenant(ctx, async ({ tx, company }) => {
      const own = { id, companyId: company.id };
      const session = await READ.first(tx, own);
      if (!session) throw notFound("session");
      const messages = (await READ_MESSAGES.rows(tx, { ...own, after, limit: MESSAGES + 1 })).map((message) => ({
        ...message,
        timestamp: message.timestamp?.toISOString() ?? null,
      }));
      return {
        session: toSessionRow(session),
        questions: await READ_QUESTIONS.rows(tx, own),
        messages: messages.slice(0, MESSAGES),
        nextAfter: messages.length > MESSAGES ? (messages[MESSAGES - 1]?.order ?? null) : null,
      };
    });
    await recordView(ctx, companyIdOf(ctx), id);
    return answer;
  },
});

const READ = statement({
  sql: `SELECT ${SESSION_COLUMNS} FROM "Session" s WHERE s."id" = $1 AND s."companyId" = $2`,
  params: { id: text, companyId: text },
  row: sessionColumns,
});

const READ_MESSAGES = statement({
  sql: `SELECT m."order", m."role", m."timestamp", m."content"
          FROM "Message" m JOIN "Session" s ON s."id" = m."sessionId"
         WHERE m."sessionId" = $1 AND s."companyId" = $2 AND m."order" > $3 ORDER BY m."order" LIMIT $4`,
  params: { id: text, companyId: text, after: int, limit: bigint },
  row: { order: int, role: text, timestamp: nullable(timestamp), content: text },
});

const READ_QUESTIONS = statement({
  sql: `SELECT q."id", q."content", q."topic" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
         WHERE sq."sessionId" = $1 AND q."companyId" = $2 ORDER BY sq."order"`,
  params: { id: text, companyId: text },
  row: { id: text, content: text, topic: nullable(text) },
});
