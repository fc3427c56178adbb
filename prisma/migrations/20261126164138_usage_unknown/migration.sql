-- AlterTable
ALTER TABLE "AIBatchRequest" ADD COLUMN     "linesWithoutUsage" INTEGER;

-- AlterTable
ALTER TABLE "AIProcessingRequest" ALTER COLUMN "promptTokens" DROP NOT NULL,
ALTER COLUMN "completionTokens" DROP NOT NULL,
ALTER COLUMN "totalTokens" DROP NOT NULL;

-- AlterTable
ALTER TABLE "AIRequestAttempt" ADD COLUMN     "cacheWriteTokens" INTEGER,
ADD COLUMN     "received" TEXT,
ALTER COLUMN "promptTokens" DROP NOT NULL,
ALTER COLUMN "cachedTokens" DROP NOT NULL,
ALTER COLUMN "completionTokens" DROP NOT NULL,
ALTER COLUMN "reasoningTokens" DROP NOT NULL,
ALTER COLUMN "totalTokens" DROP NOT NULL;

-- AlterTable
ALTER TABLE "SpendHour" ADD COLUMN     "linesWithoutUsage" BIGINT NOT NULL DEFAULT 0;

-- Lines that ran without stating their usage are counted apart: they say nothing of what a line costs.
CREATE OR REPLACE FUNCTION livedash_tally_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows
                  WHERE "totalTokens" > 0 OR "promptTokens" IS NULL OR "completionTokens" IS NULL) THEN
    RETURN NULL;
  END IF;
  INSERT INTO "SpendHour" AS s
      ("hour", "model", "shard", "lines", "linesWithoutUsage", "promptTokens", "cachedTokens", "completionTokens", "costEur")
    -- Added up first: then it matters little how the few rows that are left find their batch.
    SELECT n."hour", b."model", livedash_counter_shard(), sum(n."lines" - n."unknown"), sum(n."unknown"),
           sum(n."promptTokens"), sum(n."cachedTokens"), sum(n."completionTokens"), sum(n."costEur")
      FROM (SELECT date_trunc('hour', "createdAt", 'UTC') AS "hour", "batchId", count(*) AS "lines",
                   count(*) FILTER (WHERE "promptTokens" IS NULL OR "completionTokens" IS NULL) AS "unknown",
                   COALESCE(sum("promptTokens"), 0) AS "promptTokens", COALESCE(sum("cachedTokens"), 0) AS "cachedTokens",
                   COALESCE(sum("completionTokens"), 0) AS "completionTokens", sum("costEur") AS "costEur"
              FROM new_rows WHERE "totalTokens" > 0 OR "promptTokens" IS NULL OR "completionTokens" IS NULL
             GROUP BY 1, 2) n
      JOIN "AIBatchRequest" b ON b."id" = n."batchId"
     GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT ("hour", "model", "shard") DO UPDATE SET
      "lines" = s."lines" + EXCLUDED."lines",
      "linesWithoutUsage" = s."linesWithoutUsage" + EXCLUDED."linesWithoutUsage",
      "promptTokens" = s."promptTokens" + EXCLUDED."promptTokens",
      "cachedTokens" = s."cachedTokens" + EXCLUDED."cachedTokens",
      "completionTokens" = s."completionTokens" + EXCLUDED."completionTokens",
      "costEur" = s."costEur" + EXCLUDED."costEur";
  RETURN NULL;
END $$;
