import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import { whyClosed } from "../../auth/companyAccess.ts";
import { REALMS } from "../../auth/realms.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { codeOf } from "../../errors.ts";
import { sealCsvPassword } from "../../import/csvCredentials.ts";
import { addressForAudit } from "../../import/http/addressForPeople.ts";
import { companyFields } from "./companyFields.ts";
import { type CompanyRow, companyRow, findCompany, showCompany } from "./companyRow.ts";
import { setDefaultModel } from "./setDefaultModel.ts";

const UNIQUE_VIOLATION = "23505";
const fields = z.strictObject(companyFields).partial();
type Fields = z.output<typeof fields>;

export const updateCompany = defineOperation({
  name: "updateCompany",
  summary: "Changes the given fields of a company.",
  method: "PATCH",
  path: "/api/admin/companies/{id}",
  permission: "companies.write",
  input: fields.extend({ id }),
  example: { id: "company_id_1", status: "ACTIVE" },
  output: z.object({ company: companyRow }),
  run: async (ctx, given) => ({ company: showCompany(ctx, await changeCompany(ctx, given)) }),
});

/**
 * Changes what is given of a company, and records it.
 * @throws RefusedError `not_found`, `invalid_input`, `conflict`
 */
export function changeCompany(ctx: Context & Acting, { id, ...given }: { id: string } & Fields): Promise<CompanyRow> {
  return inTransaction(ctx.db, async (tx) => {
    await LOCK.run(tx, { id });
    const before = await findCompany(tx, id);
    const changed = changedFields(before, given);
    if (changed.length === 0) return before;
    keepPasswordAtItsServer(before, given);
    await write(tx, id, {
      ...given,
      ...(given.csvPassword ? { csvPassword: sealCsvPassword(ctx.config, id, given.csvPassword) } : {}),
      updatedAt: ctx.clock.now(),
    });
    if (given.model !== undefined) await setDefaultModel(tx, id, given.model);
    const target = { type: "company", id };
    const closes = given.status !== undefined && whyClosed(given.status) !== null;
    const details = {
      fields: changed,
      ...(changed.includes("csvUrl") ? { csvUrl: oldAndNew(before.csvUrl, given.csvUrl ?? null) } : {}),
      ...limitsChanged(before, given),
      ...(closes ? { sessionsEnded: await endSessionsOf(tx, id) } : {}),
    };
    await audit(ctx, tx, { action: "companies.update", outcome: "done", target, companyId: id, details });
    return findCompany(tx, id);
  });
}

/** Signs a company's people out; sign-ins that wait for a second factor end too. Answers how many sessions ended. */
async function endSessionsOf(tx: Transaction, companyId: string): Promise<number> {
  await END_SIGN_INS.run(tx, { companyId });
  return END_SESSIONS.run(tx, { companyId });
}

/** Where a company's data came from and comes from now. */
function oldAndNew(from: string | null, to: string | null) {
  return { from: addressForAudit(from), to: addressForAudit(to) };
}

/** What a company may send, before and now. */
function limitsChanged(before: CompanyRow, given: Fields) {
  const names = (["requestsPerDay", "requestsPerMonth"] as const).filter(
    (name) => given[name] !== undefined && given[name] !== before[name],
  );
  return Object.fromEntries(names.map((name) => [name, { from: before[name], to: given[name] ?? null }]));
}

/** A password that is given counts as changed: whether it is the same is nobody's business. */
function changedFields(before: CompanyRow, given: Fields): string[] {
  const { csvPassword, ...shown } = given;
  const names = Object.keys(shown) as (keyof typeof shown)[];
  const changed: string[] = names.filter(
    (name) => shown[name] !== undefined && !isDeepStrictEqual(shown[name], before[name]),
  );
  if (csvPassword !== undefined && (csvPassword !== null || before.hasCsvPassword)) changed.push("csvPassword");
  return changed.sort();
}

/** A password that nobody can read must not be sent to another server by whoever may change the address. */
function keepPasswordAtItsServer(before: CompanyRow, given: Fields): void {
  if (!before.hasCsvPassword || given.csvPassword !== undefined || !given.csvUrl) return;
  if (before.csvUrl && URL.parse(given.csvUrl)?.origin === URL.parse(before.csvUrl)?.origin) return;
  const sentence =
    "csvPassword: the stored password belongs to another server. Enter the password for this address, or remove it";
  throw new RefusedError("invalid_input", `The input is not valid. ${sentence}`);
}

const COLUMNS = [
  "name",
  "status",
  "timeZone",
  "csvUrl",
  "csvUsername",
  "csvPassword",
  "roleWords",
  "requestsPerDay",
  "requestsPerMonth",
  "questionTopics",
  "updatedAt",
] as const;

async function write(tx: Transaction, id: string, values: Fields & { updatedAt: Date }): Promise<void> {
  const columns = COLUMNS.filter((column) => values[column] !== undefined);
  const assignments = columns.map((column, index) => `"${column}" = $${index + 2}`).join(", ");
  try {
    await tx.query(`UPDATE "Company" SET ${assignments} WHERE "id" = $1`, [id, ...columns.map((name) => values[name])]);
  } catch (cause) {
    if (codeOf(cause) !== UNIQUE_VIOLATION) throw cause;
    throw new RefusedError("conflict", `A company named "${values.name}" already exists.`, { cause });
  }
}

const LOCK = statement({ sql: `SELECT 1 FROM "Company" WHERE "id" = $1 FOR UPDATE`, params: { id: text } });

const { users, sessions, verifications } = REALMS.company;
const THEIRS = `(SELECT "id" FROM "${users}" WHERE "companyId" = $1)`;

const END_SIGN_INS = statement({
  sql: `DELETE FROM "${verifications}" WHERE "value" IN ${THEIRS}`,
  params: { companyId: text },
});

const END_SESSIONS = statement({
  sql: `DELETE FROM "${sessions}" WHERE "userId" IN ${THEIRS}`,
  params: { companyId: text },
});
