import type { Accounts, Context, OpenAccount } from "../context.ts";
import { LiveDashError } from "../errors.ts";
import type { BatchProvider } from "../providers/contract/provider.ts";
import { DEFAULT_ACCOUNT, readAccounts, type StoredAccount } from "./account.ts";

/** Opens what is stored of an account. @throws LiveDashError if it cannot be opened */
export type OpenStored = (account: StoredAccount) => BatchProvider;

interface Opened extends OpenAccount {
  version: number;
}

/**
 * The accounts of this database: that of the variables, and those that have been added. They are looked up each time; one
 * is opened when it is first seen, and anew after a change of its key. One that was replaced is closed with all others at the
 * end: calls of it may be under way.
 */
export function openAccounts(
  { log }: Pick<Context, "log">,
  given: { provider: BatchProvider; open: OpenStored },
): Accounts {
  const standard: OpenAccount = { accountId: DEFAULT_ACCOUNT, provider: given.provider };
  const opened = new Map<string, Opened>();
  const replaced: BatchProvider[] = [];
  const told = new Set<string>();

  const reopen = (row: StoredAccount): OpenAccount => {
    const before = opened.get(row.id);
    if (before?.version === row.version) return before;
    const account = { accountId: row.id, provider: given.open(row), version: row.version };
    if (before) replaced.push(before.provider);
    opened.set(row.id, account);
    if (before) log.info({ event: "account.reopened", account: row.id });
    return account;
  };

  return {
    list: async (sql) => {
      const accounts = [standard];
      const broken: { accountId: string; error: LiveDashError }[] = [];
      for (const row of await readAccounts(sql)) {
        if (row.id === DEFAULT_ACCOUNT) continue;
        try {
          accounts.push(reopen(row));
        } catch (error) {
          if (!(error instanceof LiveDashError)) throw error;
          broken.push({ accountId: row.id, error });
          const isNews = !told.has(`${row.id} ${row.version}`);
          told.add(`${row.id} ${row.version}`);
          if (isNews) log.error({ event: "account.not_opened", account: row.id, error });
        }
      }
      return { accounts, broken };
    },
    close: async () => {
      const added = [...replaced, ...[...opened.values()].map(({ provider }) => provider)];
      await Promise.all(added.map((provider) => provider.close()));
    },
  };
}

/** Just this one: for what works with no database of its own accounts, and for tests. */
export function oneAccount(provider: BatchProvider): OpenAccount & { accounts: Accounts } {
  const standard = { accountId: DEFAULT_ACCOUNT, provider };
  return {
    ...standard,
    accounts: { list: async () => ({ accounts: [standard], broken: [] }), close: async () => {} },
  };
}
