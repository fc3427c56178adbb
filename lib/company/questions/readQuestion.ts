import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { asTenant } from "../asTenant.ts";

export const readQuestion = defineVerb({
  name: "readQuestion",
  summary: "A question that the company's sessions ask.",
  method: "GET",
  path: "/api/company/questions/{id}",
  permission: "company.sessions.read",
  input: z.strictObject({ id }),
  example: { id: "cm3u7xk2p0002" },
  output: z.object({ question: z.object({ id: z.string(), content: z.string() }) }),
  run: (ctx, { id }) =>
    asTenant(ctx, async ({ tx, company }) => {
      const { rows } = await tx.query<{ id: string; content: string }>(
        `SELECT "id", "content" FROM "Question" WHERE "id" = $1 AND "companyId" = $2`,
        [id, company.id],
      );
      if (!rows[0]) throw notFound("question");
      return { question: rows[0] };
    }),
});
