-- Each index of a request costs an entry at every change of its status, and one of a session at every analysis.

-- The requests of a status in their order are read from the index that has the model before it, model by model.
DROP INDEX "AIProcessingRequest_processingStatus_requestedAt_id_idx";

-- Nobody looks for attempts by their outcome: they are found by request or by batch.
DROP INDEX "AIRequestAttempt_outcome_code_createdAt_idx";

-- Nobody looks for sessions by the time of their analysis. Now no index has a column that an analysis sets, and its new version
-- can stand in the same page without an entry in any index, where there is room.
DROP INDEX "Session_analysedAt_idx";

-- What Prisma's schema language cannot say.

-- An analysis makes a session twice as large, and the old version stands beside the new one for a while.
ALTER TABLE "Session" SET (fillfactor = 40);

-- The claim and the answer find room in the page of the request: less of it is logged then. Pages end as full as they were.
ALTER TABLE "AIProcessingRequest" SET (fillfactor = 60);
