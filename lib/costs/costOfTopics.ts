import { questionTopics } from "../analysis/questionTopics.ts";
import { DEFAULT_ANALYSIS } from "../analysis/registry.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { double, int, known, nullable, statement, text } from "../db/statement.ts";
import { chosenModel } from "./chosenModel.ts";
import { findPrice } from "./price.ts";

/** Until something is known of a company: each session has new questions, and a request for their labels takes so many tokens. */
const USUAL = { perSession: 1, input: 400, output: 60 };

/**
 * What labelling the questions of sessions that are about to be analysed will probably cost, in euros: as the newest ones of
 * the company did. 0 where they are not labelled; null where the model has no price.
 */
export async function costOfTopics(
  ctx: Context,
  sql: Sql,
  companyId: string,
  sessions: number,
): Promise<number | null> {
  const { name, ownModel = null, model } = questionTopics;
  if (!ctx.config.QUESTION_TOPICS || sessions === 0) return 0;
  const wanted = await WANTED.first(sql, { companyId, ownModel, model });
  if (!wanted) return 0;
  const { pricingId, eurPerToken } = await findPrice(sql, wanted.model, ctx.clock.now());
  if (pricingId === null) return null;
  const seen = await SAMPLE.first(sql, { companyId, analysis: DEFAULT_ANALYSIS.name, topics: name });
  const perSession = seen?.asked ? seen.asked / seen.sessions : USUAL.perSession;
  const { input, output } = { input: seen?.input ?? USUAL.input, output: seen?.output ?? USUAL.output };
  return sessions * perSession * (input * Number(eurPerToken[0]) + output * Number(eurPerToken[2]));
}

const WANTED = statement({
  sql: `SELECT COALESCE($2, ${chosenModel('c."id"')}, $3) AS "model" FROM "Company" c WHERE c."id" = $1 AND c."questionTopics"`,
  params: { companyId: text, ownModel: nullable(text), model: text },
  row: { model: known(text) },
});

/** OFFSET 0 keeps the requests of a session a lookup of its own. */
const SAMPLE = statement({
  sql: `WITH analysed AS (
          SELECT "sessionId" FROM "AIProcessingRequest"
           WHERE "companyId" = $1 AND "processingStatus" = 'PROCESSING_COMPLETE' AND "processingType" = $2
           ORDER BY "requestedAt" DESC, "id" DESC LIMIT 1000)
        SELECT (SELECT count(*)::int FROM analysed) AS "sessions", count(*)::int AS "asked",
               (avg(t."promptTokens") FILTER (WHERE t."success"))::float8 AS "input",
               (avg(t."completionTokens") FILTER (WHERE t."success"))::float8 AS "output"
          FROM analysed CROSS JOIN LATERAL (
            SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = analysed."sessionId" OFFSET 0) t
         WHERE t."processingType" = $3`,
  params: { companyId: text, analysis: text, topics: text },
  row: { sessions: known(int), asked: known(int), input: nullable(double), output: nullable(double) },
});
