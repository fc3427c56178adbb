import { z } from "zod";
import { id, time } from "../../api/fields.ts";
import { PlatformRole } from "../../db/enums.ts";
import { int, known, nullable, oneOf, statement, text, timestamp } from "../../db/statement.ts";

export const serviceAccountRow = z.object({
  id,
  name: z.string(),
  role: z.enum(PlatformRole),
  createdBy: z.string(),
  createdAt: time,
  disabledAt: time.nullable(),
  keys: z.number().int().meta({ description: "How many keys it has that are neither revoked nor expired." }),
  lastUsedAt: time.nullable().meta({ description: "When any of its keys was used last." }),
});

export type ServiceAccountRow = z.input<typeof serviceAccountRow>;

/** Selects service accounts as they are shown, as `a`, at the time `now` (a parameter). */
export function selectServiceAccounts(now: string): string {
  return `SELECT a."id", a."name", a."role", a."createdBy", a."createdAt", a."disabledAt", k."keys", k."lastUsedAt"
    FROM "ServiceAccount" a
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE "revokedAt" IS NULL AND "expiresAt" > ${now})::int AS "keys", max("lastUsedAt") AS "lastUsedAt"
        FROM "ApiKey" WHERE "serviceAccountId" = a."id") k`;
}

/** What that selects. */
export const serviceAccountColumns = {
  id: text,
  name: text,
  role: oneOf("PlatformRole", PlatformRole),
  createdBy: text,
  createdAt: timestamp,
  disabledAt: nullable(timestamp),
  keys: known(int),
  lastUsedAt: nullable(timestamp),
};

export const READ_SERVICE_ACCOUNT = statement({
  sql: `${selectServiceAccounts("$2::timestamptz")} WHERE a."id" = $1`,
  params: { id: text, now: timestamp },
  row: serviceAccountColumns,
});
