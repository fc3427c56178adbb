import { accountOf, DEFAULT_ACCOUNT } from "../../accounts/account.ts";
import { listDisabled } from "../../accounts/disabled.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { known, statement, text, timestamp } from "../../db/statement.ts";
import { readOfModel } from "./countWaiting.ts";
import type { Waiting } from "./waitingShape.ts";

const NONE = { by: null, until: null, lastUntil: null };

/** Pending requests of accounts to which nothing new is sent: a person has disabled them, or they refuse what is sent. */
export async function readHeldAccounts(ctx: Context, sql: Sql, pending: number): Promise<Waiting[]> {
  const disabled = await listDisabled(sql);
  const stopped = await LIST_STOPPED.rows(sql, {});
  if (disabled.length === 0 && stopped.length === 0) return [];
  const counts = await countByAccount(ctx, sql, pending);
  const isDisabled = new Set(disabled.map(({ accountId }) => accountId));
  return [
    ...disabled.map(({ accountId, by, reason, since }) => {
      const waiting = { ...NONE, kind: "account_disabled" as const, subject: accountId, by, reason, since };
      return { ...waiting, ...countOf(counts, accountId) };
    }),
    ...stopped
      .filter(({ accountId }) => !isDisabled.has(accountId))
      .map(({ accountId, message, stoppedAt }) => {
        const subject = accountId === DEFAULT_ACCOUNT ? null : accountId;
        const waiting = { ...NONE, kind: "provider_stopped" as const, subject, reason: message, since: stoppedAt };
        return { ...waiting, ...countOf(counts, accountId) };
      }),
  ].filter(({ count }) => count > 0);
}

type Counted = Pick<Waiting, "count" | "atLeast">;

const countOf = (counts: ReadonlyMap<string, Counted>, accountId: string): Counted =>
  counts.get(accountId) ?? { count: 0, atLeast: false };

/** What no other account has is the default one's. */
async function countByAccount(ctx: Context, sql: Sql, pending: number): Promise<Map<string, Counted>> {
  const models = await LIST_MODELS.rows(sql, {});
  const ofModel = await readOfModel(
    ctx,
    sql,
    models.map(({ model }) => model),
  );
  const counts = new Map<string, Counted>();
  for (const { model, accountId } of models) {
    const before = countOf(counts, accountId);
    const found = ofModel.get(model) ?? { count: 0, atLeast: false };
    counts.set(accountId, { count: before.count + found.count, atLeast: before.atLeast || found.atLeast });
  }
  const others = [...counts.values()].reduce((sum, { count }) => sum + count, 0);
  return counts.set(DEFAULT_ACCOUNT, { count: Math.max(0, pending - others), atLeast: false });
}

const LIST_STOPPED = statement({
  sql: `SELECT ${accountOf('s."provider"')} AS "accountId", s."message", s."stoppedAt" FROM "ProviderStop" s ORDER BY s."stoppedAt"`,
  row: { accountId: known(text), message: text, stoppedAt: timestamp },
});

const LIST_MODELS = statement({
  sql: `SELECT "name" AS "model", "accountId" FROM "AIModel" WHERE "accountId" <> '${DEFAULT_ACCOUNT}'`,
  row: { model: text, accountId: text },
});
