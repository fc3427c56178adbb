-- What failed within the last hour is found without reading all that ever failed for the same reason. Partial: most
-- requests never fail.
CREATE INDEX "AIProcessingRequest_failed_since_idx" ON "AIProcessingRequest" ("errorCode", "completedAt")
  WHERE "processingStatus" = 'PROCESSING_FAILED';
