import { listDisabled, sayDisabled } from "../../accounts/disabled.ts";
import { sayBroken } from "../../accounts/inAccount.ts";
import { OVER } from "../../batches/states.ts";
import type { PipelineContext } from "../../context.ts";
import { int, known, statement, text } from "../../db/statement.ts";
import type { Finding } from "./invariant.ts";

/** Accounts with which nothing is done, and batches that nobody works on because of it. */
export async function checkAccounts(ctx: PipelineContext): Promise<Finding[]> {
  const { accounts, broken } = await ctx.accounts.list(ctx.db);
  const usable = new Set(accounts.map(({ provider }) => provider.name));
  const open = await COUNT_OPEN.rows(ctx.db, {});
  const found = (id: string, explanation: string, account: string, advice: string): Finding => {
    return { id, explanation, count: 1, examples: [account], repaired: 0, advice };
  };
  return [
    ...broken.map((account) =>
      found(
        "account-broken",
        sayBroken(account),
        account.accountId,
        "Restore LIVEDASH_SECRET, or enter the account's key again with `livedash provider add --replace`.",
      ),
    ),
    ...open
      .filter(({ provider }) => !usable.has(provider) && !broken.some(({ accountId }) => accountId === provider))
      .map(({ provider, batches }) =>
        found(
          "account-missing",
          `${batches} batches were made in the account "${provider}", which is not configured here. Nobody works on them.`,
          provider,
          "Configure that provider again. Another one can be added beside it with `livedash provider add`.",
        ),
      ),
    ...(await listDisabled(ctx.db)).map((account) =>
      found(
        "account-disabled",
        sayDisabled(account),
        account.accountId,
        `To resume, run \`livedash provider enable ${account.accountId}\`.`,
      ),
    ),
  ];
}

const COUNT_OPEN = statement({
  sql: `SELECT "provider", count(*)::int AS "batches" FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER}
         GROUP BY "provider" ORDER BY 1`,
  row: { provider: text, batches: known(int) },
});
