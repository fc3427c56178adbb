-- DropIndex
DROP INDEX "SecurityAuditLog_action_createdAt_idx";

-- DropIndex
DROP INDEX "SecurityAuditLog_targetType_targetId_createdAt_idx";

-- CreateTable
CREATE TABLE "UsedCode" (
    "key" TEXT NOT NULL,
    "usedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UsedCode_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "UsedCode_usedAt_idx" ON "UsedCode"("usedAt");

-- CreateIndex
CREATE INDEX "SecurityAuditLog_action_createdAt_id_idx" ON "SecurityAuditLog"("action", "createdAt", "id");

-- CreateIndex
CREATE INDEX "SecurityAuditLog_actorId_createdAt_id_idx" ON "SecurityAuditLog"("actorId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "SecurityAuditLog_targetId_createdAt_id_idx" ON "SecurityAuditLog"("targetId", "createdAt", "id");
