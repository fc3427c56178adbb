import type { ChainReport } from "../../audit/chainReport.ts";
import { sealAudit } from "../../audit/sealAudit.ts";
import { verifyAudit } from "../../audit/verifyAudit.ts";
import { after } from "../../clock.ts";
import type { Context } from "../../context.ts";
import { int, known, statement, text, timestamp } from "../../db/statement.ts";
import type { DoctorOptions, Finding } from "./invariant.ts";

const EXAMPLES = 10;
/** Sealing runs every few seconds: what has waited so long shows that it does not run at all. */
const SEALED_WITHIN_MS = 3_600_000;

const FINDINGS: Record<Exclude<keyof ChainReport, "checked">, Pick<Finding, "id" | "explanation" | "advice">> = {
  changed: {
    id: "audit-changed",
    explanation: "Entries of the audit log do not say what they said when they were sealed.",
    advice: "Someone has changed them in the database. Compare them with a backup or an earlier export.",
  },
  missing: {
    id: "audit-missing",
    explanation: "Entries are missing from the audit log.",
    advice: "Someone has deleted them in the database. Restore them from a backup or an earlier export.",
  },
  cutOff: {
    id: "audit-cut-off",
    explanation: "The end of the audit log is missing.",
    advice: "Someone has deleted it in the database. Restore it from a backup or an earlier export.",
  },
  forged: {
    id: "audit-forged",
    explanation: "Parts of the audit log were not sealed by LiveDash.",
    advice: "Someone has rewritten them in the database. Compare them with a backup or an earlier export.",
  },
  unknownKey: {
    id: "audit-unknown-key",
    explanation: "Some seals of the audit log were made with a LIVEDASH_SECRET that is not set here.",
    advice:
      "Run the doctor with that secret, as LIVEDASH_SECRET or LIVEDASH_SECRET_PREVIOUS. If it is lost, these seals can no longer be checked.",
  },
  removed: {
    id: "audit-head-removed",
    explanation: "Retention has removed the entries around the head that was given, so it could not be checked.",
    advice: "Give a later one. The log contains it after each sealing, as audit.sealed.",
  },
};

/** Whether the audit log is as it was sealed, and still as long. */
export async function checkAudit(ctx: Context, { fix, auditHead }: DoctorOptions): Promise<Finding[]> {
  const report = await verifyAudit(ctx, auditHead);
  const findings = Object.entries(FINDINGS).flatMap(([name, finding]): Finding[] => {
    const { count, examples } = report[name as keyof typeof FINDINGS];
    return count === 0 ? [] : [{ ...finding, count, examples, repaired: 0 }];
  });
  return [...findings, ...(await checkUnsealed(ctx, fix))];
}

async function checkUnsealed(ctx: Context, fix: boolean): Promise<Finding[]> {
  const rows = await FIND_UNSEALED.rows(ctx.db, { before: after(ctx.clock, -SEALED_WITHIN_MS) });
  if (rows.length === 0) return [];
  return [
    {
      id: "audit-unsealed",
      explanation:
        "Entries of the audit log have not been sealed for more than an hour, so changes to them would not show.",
      count: rows[0]?.total ?? 0,
      examples: rows.map(({ id }) => id),
      repaired: fix ? Math.min(rows[0]?.total ?? 0, (await sealAudit(ctx)).sealed) : 0,
      advice:
        "Start LiveDash or a worker with LIVEDASH_SECRET, and check that the scheduler audit-sealing is not paused.",
    },
  ];
}

const FIND_UNSEALED = statement({
  sql: `SELECT "id", count(*) OVER ()::int AS "total" FROM "SecurityAuditLog"
         WHERE "sequence" IS NULL AND "createdAt" < $1 ORDER BY "createdAt", "id" LIMIT ${EXAMPLES}`,
  params: { before: timestamp },
  row: { id: text, total: known(int) },
});
