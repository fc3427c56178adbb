import { RefusedError } from "../api/errors.ts";
import type { CallContext } from "../api/operation.ts";
import type { CompanyKeyActor, CompanyUserActor } from "../auth/actor.ts";
import { whyClosed } from "../auth/companyAccess.ts";
import type { Context } from "../context.ts";
import { CompanyStatus } from "../db/enums.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { known, oneOf, type RowOf, statement, text } from "../db/statement.ts";
import { codeOf } from "../errors.ts";
import { forgetKey, NOT_PROVED, proofOf } from "./tenantProof.ts";

const LIMIT_SECONDS = 8;
const QUERY_CANCELED = "57014";

export type Company = RowOf<typeof READ_COMPANY>;

/** A transaction in which nothing but the rows of one company can be seen. */
export interface Tenant {
  tx: Transaction;
  company: Company;
}

/**
 * Reads for the company of whoever calls, as a role of the database that sees its rows alone and writes nothing; over the
 * tenants' own connections, where there are any. All queries of `work` see one state of the data. They name the company
 * all the same: either wall holds without the other.
 * @throws RefusedError `forbidden`, `not_found`, `company_suspended`, `too_slow`
 */
export async function asTenant<T>(ctx: CallContext, work: (tenant: Tenant) => Promise<T>): Promise<T> {
  return asTenantOf(ctx, companyIdOf(ctx), work);
}

/**
 * The same for a job that somebody of this company has asked for.
 * @throws RefusedError `not_found`, `company_suspended`, `too_slow`
 */
export async function asTenantOf<T>(ctx: Context, companyId: string, work: (tenant: Tenant) => Promise<T>): Promise<T> {
  const read = async () => {
    // Asked for before the transaction: nobody waits for one connection while holding another.
    const proof = ctx.tenantDb ? await proofOf(ctx.db, companyId) : "";
    return await inTransaction(ctx.tenantDb ?? ctx.db, async (tx) => {
      await enter(tx, companyId, proof);
      const company = await READ_COMPANY.first(tx, { companyId });
      if (!company) throw new RefusedError("not_found", "Your company no longer exists.");
      // A download or a job that has begun reads page by page: it ends here.
      const closed = whyClosed(company.status);
      if (closed) throw new RefusedError("company_suspended", closed);
      return await work({ tx, company });
    });
  };
  try {
    return await read().catch((error) => {
      if (codeOf(error) !== NOT_PROVED) throw error;
      forgetKey(ctx.db);
      return read();
    });
  } catch (cause) {
    if (codeOf(cause) !== QUERY_CANCELED) throw cause;
    const sentence = `This took longer than ${LIMIT_SECONDS} s. Choose a shorter period, or use fewer text filters.`;
    throw new RefusedError("too_slow", sentence, { cause });
  }
}

/**
 * The company's user or key that calls.
 * @throws RefusedError `forbidden` to everybody else, the command line included: they have no company
 */
export function companyActorOf({ actor }: CallContext): CompanyUserActor | CompanyKeyActor {
  if (actor.kind === "company_user" || actor.kind === "company_key") return actor;
  throw new RefusedError("forbidden", "Only company users can do this. Sign in as one, or use a key of a company.");
}

/** @throws RefusedError `forbidden` */
export function companyIdOf(ctx: CallContext): string {
  return companyActorOf(ctx).companyId;
}

async function enter(tx: Transaction, companyId: string, proof: string): Promise<void> {
  await tx.query(
    `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
     SET LOCAL statement_timeout = '${LIMIT_SECONDS}s'; SET LOCAL ROLE livedash_tenant`,
  );
  await NAME_COMPANY.run(tx, { companyId, proof });
}

const NAME_COMPANY = statement({
  sql: "SELECT set_config('livedash.company', $1, true), set_config('livedash.proof', $2, true)",
  params: { companyId: text, proof: text },
  row: { set_config: known(text) },
});

const READ_COMPANY = statement({
  sql: `SELECT "id", "name", "status", "timeZone" FROM "Company" WHERE "id" = $1`,
  params: { companyId: text },
  row: {
    id: text,
    name: text,
    status: oneOf("CompanyStatus", CompanyStatus),
    /** IANA name: whose days and weeks the figures are cut by. */
    timeZone: text,
  },
});
