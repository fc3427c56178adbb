-- CreateIndex
CREATE INDEX "AIBatchRequest_submittedAt_idx" ON "AIBatchRequest"("submittedAt");
