import { z } from "zod";
import { addUser, inviteUser } from "../../admin/users/createUser.ts";
import { byMail, email, oneTimePassword } from "../../admin/users/userRow.ts";
import { RefusedError } from "../../api/errors.ts";
import { lineOfText } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { bool, int, known, statement, text, timestamp } from "../../db/statement.ts";
import { companyIdOf } from "../asTenant.ts";
import { companyUserRow, role } from "./companyUser.ts";

export const createCompanyUser = defineOperation({
  name: "createCompanyUser",
  summary:
    "Creates a user of your company. The one-time password is only in this answer and cannot be retrieved later.",
  method: "POST",
  path: "/api/company/users",
  permission: "company.users.write",
  input: z.strictObject({
    email,
    name: lineOfText(100).optional().meta({ description: "Default: the email address." }),
    role,
    byMail,
  }),
  example: { email: "ada@example.com", name: "Ada", role: "USER" },
  output: z.object({ user: companyUserRow, oneTimePassword }),
  run: async (ctx, { email, name = email, role, byMail }) => {
    const user = { realm: "company", email, name, role, companyId: companyIdOf(ctx) } as const;
    const made = await inTransaction(ctx.db, async (tx) => {
      if (await isElsewhere(ctx, tx, user)) return undefined;
      return byMail ? inviteUser(ctx, tx, user) : addUser(ctx, tx, user);
    });
    // Thrown behind the transaction, so that the record of it stays.
    if (!made) throw new RefusedError("conflict", CANNOT_BE_ADDED);
    return made;
  },
});

const CANNOT_BE_ADDED =
  "This email address cannot be added to your company. Choose another one, or ask the people who run LiveDash.";
/** So many addresses can be found to be in use elsewhere: whoever tries a list of them learns no more. */
const MOST_REFUSED_IN_DAY = 5;
const DAY_SECONDS = 86_400;

/**
 * Whether the address belongs to a user of another company: then it cannot be used, whatever their state, and no more is said.
 * It is recorded, and counted one after another.
 * @throws RefusedError `too_many_calls` once too many were refused, for any address
 */
async function isElsewhere(
  ctx: CallContext,
  tx: Transaction,
  { email, companyId }: { email: string; companyId: string },
): Promise<boolean> {
  await TAKE_TURN.run(tx, { companyId });
  const asked = { companyId, now: ctx.clock.now(), email: email.trim().toLowerCase() };
  const { refused, isTaken } = await LOOK_ELSEWHERE.one(tx, asked);
  if (refused >= MOST_REFUSED_IN_DAY) {
    const sentence =
      "Too many email addresses could not be added. Try again tomorrow, or ask the people who run LiveDash.";
    throw new RefusedError("too_many_calls", sentence, { retryAfter: DAY_SECONDS });
  }
  if (isTaken) {
    const details = { reason: "address_in_use_elsewhere" };
    await audit(ctx, tx, { action: "users.create", outcome: "denied", companyId, details });
  }
  return isTaken;
}

const TAKE_TURN = statement({
  sql: "SELECT pg_advisory_xact_lock(hashtextextended('livedash:new-user:' || $1, 0))",
  params: { companyId: text },
});

const LOOK_ELSEWHERE = statement({
  sql: `SELECT (SELECT count(*)::int FROM "SecurityAuditLog" WHERE "action" = 'users.create' AND "outcome" = 'denied'
                   AND "companyId" = $1 AND "createdAt" > $2::timestamptz - interval '1 day') AS "refused",
               EXISTS (SELECT 1 FROM "User" WHERE "email" = $3 AND "companyId" <> $1) AS "isTaken"`,
  params: { companyId: text, now: timestamp, email: text },
  row: { refused: known(int), isTaken: known(bool) },
});
