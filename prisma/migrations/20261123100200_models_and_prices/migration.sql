-- The models and prices known when this migration was written (US dollars for a million tokens). An operator adds
-- dated rows when they change; no price stands in the code.
INSERT INTO "AIModel" ("id", "name") VALUES
  ('model-gpt-6-astra', 'gpt-6-astra'),
  ('model-gpt-6-sol', 'gpt-6-sol'),
  ('model-gpt-6-luna', 'gpt-6-luna'),
  ('model-gpt-5.6-terra', 'gpt-5.6-terra'),
  ('model-gpt-5.6-luna', 'gpt-5.6-luna'),
  ('model-gpt-5.5', 'gpt-5.5');

INSERT INTO "AIModelPricing"
  ("id", "aiModelId", "tier", "inputPerMillion", "cachedInputPerMillion", "outputPerMillion", "effectiveFrom") VALUES
  ('price-gpt-6-astra-sync', 'model-gpt-6-astra', 'SYNC', 10, 1, 50, '2026-09-25T00:00:00Z'),
  ('price-gpt-6-astra-batch', 'model-gpt-6-astra', 'BATCH', 5, 0.5, 25, '2026-09-25T00:00:00Z'),
  ('price-gpt-6-sol-sync', 'model-gpt-6-sol', 'SYNC', 2, 0.2, 10, '2026-09-25T00:00:00Z'),
  ('price-gpt-6-sol-batch', 'model-gpt-6-sol', 'BATCH', 1, 0.1, 5, '2026-09-25T00:00:00Z'),
  ('price-gpt-6-luna-sync', 'model-gpt-6-luna', 'SYNC', 0.1, 0.01, 0.5, '2026-10-01T00:00:00Z'),
  ('price-gpt-6-luna-batch', 'model-gpt-6-luna', 'BATCH', 0.05, 0.005, 0.25, '2026-10-01T00:00:00Z'),
  ('price-gpt-5.6-terra-sync', 'model-gpt-5.6-terra', 'SYNC', 2, 0.2, 12, '2026-08-16T00:00:00Z'),
  ('price-gpt-5.6-terra-batch', 'model-gpt-5.6-terra', 'BATCH', 1, 0.1, 6, '2026-08-16T00:00:00Z'),
  ('price-gpt-5.6-luna-sync', 'model-gpt-5.6-luna', 'SYNC', 0.2, 0.02, 1.2, '2026-01-01T00:00:00Z'),
  ('price-gpt-5.6-luna-batch', 'model-gpt-5.6-luna', 'BATCH', 0.1, 0.01, 0.6, '2026-01-01T00:00:00Z'),
  ('price-gpt-5.5-sync', 'model-gpt-5.5', 'SYNC', 5, 0.5, 30, '2026-01-01T00:00:00Z'),
  ('price-gpt-5.5-batch', 'model-gpt-5.5', 'BATCH', 2.5, 0.25, 15, '2026-01-01T00:00:00Z');

-- A starting point, to be followed by the operator's own rates.
INSERT INTO "ExchangeRate" ("id", "currency", "eurPerUnit", "effectiveFrom") VALUES
  ('rate-eur', 'EUR', 1, '2000-01-01T00:00:00Z'),
  ('rate-usd-2026', 'USD', 0.86, '2026-01-01T00:00:00Z');
