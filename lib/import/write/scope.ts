import { DEFAULT_ANALYSIS } from "../../analysis/registry.ts";
import type { Context } from "../../context.ts";
import type { Sql, Transaction } from "../../db/pool.ts";
import { arrayOf, statement, text } from "../../db/statement.ts";
import type { CompanyToImport } from "../companyToImport.ts";
import { createTimeReader } from "../timeZone.ts";
import type { TranscriptReader } from "../transcripts/readHead.ts";
import { createRoleReader, fingerprintOf } from "../transcripts/roles.ts";

/** What every writing step of one import needs to know. */
export interface WriteScope {
  companyId: string;
  /** The analysis and the model that each session's request asks for. */
  analysis: string;
  model: string;
  /** IANA name of the zone that times are read in. */
  timeZone: string;
  /** The company's clock and words for roles, for its transcripts. */
  transcripts: TranscriptReader;
  /** Stands for the company's own words among these; empty if it has none. */
  roleWords: string;
  /** When the import began. */
  beganAt: Date;
  newId(): string;
  now(): Date;
}

/** @throws LiveDashError `invalid_time_zone` */
export function scopeOf(ctx: Context, company: CompanyToImport, timeZone = company.timeZone): WriteScope {
  return {
    companyId: company.id,
    analysis: DEFAULT_ANALYSIS.name,
    model: DEFAULT_ANALYSIS.ownModel ?? company.model ?? DEFAULT_ANALYSIS.model,
    timeZone,
    transcripts: { readTime: createTimeReader(timeZone), roleOf: createRoleReader(company.roleWords ?? undefined) },
    roleWords: fingerprintOf(company.roleWords ?? {}),
    beganAt: ctx.clock.now(),
    newId: ctx.newId,
    now: () => ctx.clock.now(),
  };
}

/** Held until the end of the transaction: two imports of one company take turns, chunk by chunk. */
export async function lockCompanyImport(tx: Transaction, companyId: string): Promise<void> {
  await LOCK_IMPORT.run(tx, { companyId });
}

const LOCK_IMPORT = statement({
  sql: "SELECT pg_advisory_xact_lock(hashtextextended('livedash:import:' || $1, 0))",
  params: { companyId: text },
});

/** The content hashes of the sessions that are there, by external session id. */
export async function readContentHashes(
  sql: Sql,
  companyId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await READ_HASHES.rows(sql, { companyId, ids });
  return new Map(rows.map((row) => [row.id, row.hash]));
}

const READ_HASHES = statement({
  sql: `SELECT "externalSessionId" AS "id", "contentHash" AS "hash"
          FROM "SessionImport" WHERE "companyId" = $1 AND "externalSessionId" = ANY($2::text[])`,
  params: { companyId: text, ids: arrayOf(text) },
  row: { id: text, hash: text },
});
