-- Every list of requests is read in its order from an index, at any depth, whatever single filter narrows it. A filter
-- without such an index reads past all the rows it does not want: a model that few use, or that was used long ago,
-- takes seconds at five million requests. Each index costs every change of a request an entry, so two of the three are
-- partial: a waiting request stands in no batch, and most requests never bear an error.
CREATE INDEX "AIProcessingRequest_model_processingStatus_requestedAt_id_idx"
  ON "AIProcessingRequest" ("model", "processingStatus", "requestedAt", "id");

-- Takes the place of the one on "batchId" alone, and gives the lines of a batch in the order of its file.
CREATE INDEX "AIProcessingRequest_batch_idx" ON "AIProcessingRequest"
  ("batchId", "processingStatus", "requestedAt", "id") WHERE "batchId" IS NOT NULL;
DROP INDEX "AIProcessingRequest_batchId_idx";

CREATE INDEX "AIProcessingRequest_error_idx" ON "AIProcessingRequest"
  ("errorCode", "processingStatus", "requestedAt", "id") WHERE "errorCode" IS NOT NULL;
