import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { nullable, statement, text } from "../../db/statement.ts";
import { asTenant } from "../asTenant.ts";
import { questionTopic } from "../sessions/sessionRow.ts";

export const readQuestion = defineOperation({
  name: "readQuestion",
  summary: "A question that the company's sessions ask.",
  method: "GET",
  path: "/api/company/questions/{id}",
  permission: "company.sessions.read",
  input: z.strictObject({ id }),
  example: { id: "cm3u7xk2p0002" },
  output: z.object({ question: z.object({ id: z.string(), content: z.string(), topic: questionTopic }) }),
  run: (ctx, { id }) =>
    asTenant(ctx, async ({ tx, company }) => {
      const question = await READ.first(tx, { id, companyId: company.id });
      if (!question) throw notFound("question");
      return { question };
    }),
});

const READ = statement({
  sql: `SELECT "id", "content", "topic" FROM "Question" WHERE "id" = $1 AND "companyId" = $2`,
  params: { id: text, companyId: text },
  row: { id: text, content: text, topic: nullable(text) },
});
