import type { Pool } from "pg";

export interface AuditRecord {
  action: string;
  outcome: string;
  actorId: string | null;
  companyId: string | null;
  details: unknown;
}

/** What the audit says of one thing, oldest first. */
export async function auditOf(pool: Pool, type: string, id: string): Promise<AuditRecord[]> {
  const { rows } = await pool.query<AuditRecord>(
    `SELECT "action", "outcome", "actorId", "companyId", "details" FROM "SecurityAuditLog"
      WHERE "targetType" = $1 AND "targetId" = $2 ORDER BY "createdAt", "id"`,
    [type, id],
  );
  return rows;
}
