-- CreateTable
CREATE TABLE "RequestRequeue" (
    "id" BIGSERIAL NOT NULL,
    "requestId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "bulkId" TEXT,

    CONSTRAINT "RequestRequeue_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "RequestRequeue_requestId_idx" ON "RequestRequeue"("requestId");

-- AddForeignKey
ALTER TABLE "RequestRequeue" ADD CONSTRAINT "RequestRequeue_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "AIProcessingRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the audit tells of requeues that were before: it names up to a hundred of each.
INSERT INTO "RequestRequeue" ("requestId", "at", "by")
  SELECT r."id", a."createdAt", COALESCE(a."actorName", a."actorKind")
    FROM "SecurityAuditLog" a
   CROSS JOIN LATERAL jsonb_array_elements_text(a."details"->'requeued') AS requeued("id")
    JOIN "AIProcessingRequest" r ON r."id" = requeued."id"
   WHERE a."action" = 'requests.requeue' AND a."outcome" = 'done' AND jsonb_typeof(a."details"->'requeued') = 'array'
   ORDER BY a."createdAt";

-- The newest failures of a group, and those since a time, are found without reading the whole group.
CREATE INDEX "AIProcessingRequest_failed_group_idx" ON "AIProcessingRequest"
  ("errorCode", livedash_error_group("errorMessage"), "completedAt") WHERE "processingStatus" = 'PROCESSING_FAILED';

-- What backs off is few among what is pending, and is asked for once a second while somebody looks at the overview.
CREATE INDEX "AIProcessingRequest_backing_off_idx" ON "AIProcessingRequest" ("notBefore")
  WHERE "processingStatus" = 'PENDING_BATCHING' AND "notBefore" IS NOT NULL;
