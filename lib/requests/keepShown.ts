import { statement } from "../db/statement.ts";
import { isShown } from "./keepResults.ts";

/**
 * Sessions that show an answer nobody has kept, as a process of a version before kept results applies it. As SQL: the session
 * as s, and its newest complete request as r.
 */
const UNKEPT = `"Session" s
    CROSS JOIN LATERAL (
      SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = s."id" AND "processingStatus" = 'PROCESSING_COMPLETE'
         AND "processingType" = 'session-analysis' ORDER BY "requestedAt" DESC, "id" DESC LIMIT 1) r
    WHERE s."analysedAt" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "AnalysisResult" WHERE "requestId" = r."id")`;

export const UNKEPT_REQUESTS = `SELECT r."id" FROM ${UNKEPT}`;

/** Keeps what such sessions show as the answer of that request, and notes of older ones that they no longer are shown. */
export const KEEP_SHOWN = statement({
  sql: `WITH unkept AS (
          SELECT r."id", r."attempt", r."analysisVersion", r."model", s."companyId", s."id" AS "sessionId", s."analysedAt",
                 jsonb_build_object('language', s."language", 'sentiment', s."sentiment", 'escalated', s."escalated",
                   'forwarded_hr', s."forwardedHr", 'category', s."category", 'summary', s."summary",
                   'questions', COALESCE((SELECT jsonb_agg(q."content" ORDER BY sq."order") FROM "SessionQuestion" sq
                                            JOIN "Question" q ON q."id" = sq."questionId" WHERE sq."sessionId" = s."id"), '[]'))
                   AS "answer"
            FROM ${UNKEPT}),
        ended AS (
          UPDATE "AnalysisResult" k SET "replacedAt" = unkept."analysedAt" FROM unkept
           WHERE k."requestId" IN (SELECT "id" FROM "AIProcessingRequest" WHERE "sessionId" = unkept."sessionId")
             AND k."analysis" = 'session-analysis' AND ${isShown("k")})
        INSERT INTO "AnalysisResult" ("requestId", "attempt", "companyId", "sessionId", "analysis", "version", "model", "answer",
            "createdAt", "appliedAt")
          SELECT "id", "attempt", "companyId", "sessionId", 'session-analysis', "analysisVersion", "model", "answer",
                 "analysedAt", "analysedAt"
            FROM unkept
          ON CONFLICT DO NOTHING`,
});
