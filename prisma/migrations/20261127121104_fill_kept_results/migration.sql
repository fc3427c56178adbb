-- A transaction of its own: it locks rows alone. What sessions show is all that is left of the answers so far.
INSERT INTO "AnalysisResult" ("requestId", "attempt", "companyId", "sessionId", "analysis", "version", "model", "answer",
    "createdAt", "appliedAt")
  SELECT r."id", r."attempt", s."companyId", s."id", r."processingType", r."analysisVersion", r."model",
         jsonb_build_object('language', s."language", 'sentiment', s."sentiment", 'escalated', s."escalated",
           'forwarded_hr', s."forwardedHr", 'category', s."category", 'summary', s."summary",
           'questions', COALESCE((SELECT jsonb_agg(q."content" ORDER BY sq."order") FROM "SessionQuestion" sq
                                    JOIN "Question" q ON q."id" = sq."questionId" WHERE sq."sessionId" = s."id"), '[]')),
         s."analysedAt", s."analysedAt"
    FROM "Session" s
   CROSS JOIN LATERAL (
     SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = s."id" AND "processingStatus" = 'PROCESSING_COMPLETE'
        AND "processingType" = 'session-analysis' ORDER BY "requestedAt" DESC, "id" DESC LIMIT 1) r
   WHERE s."analysedAt" IS NOT NULL
  ON CONFLICT DO NOTHING;
