import type { Metadata } from "next";
import type { z } from "zod";
import { listServiceAccounts } from "../../../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import type { serviceAccountRow } from "../../../../lib/admin/serviceAccounts/serviceAccountRow.ts";
import { EmptyState } from "../../../_kit/EmptyState.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Pager } from "../../../_kit/Pager.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { pick, type Search } from "../../../_kit/search.ts";
import { type Column, Table } from "../../../_kit/Table.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { StatusLabel } from "../../../_ui/StatusLabel.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { PLATFORM_ROLE_WORDS } from "../../../_words/people.ts";
import { KeyTabs, SERVICE_ACCOUNTS } from "../KeyTabs.tsx";
import { NewServiceAccount } from "./NewServiceAccount.tsx";
import { ServiceAccountActions } from "./ServiceAccountActions.tsx";

export const metadata: Metadata = { title: "Service accounts" };

type Account = z.output<typeof serviceAccountRow>;

export default async function ServiceAccountsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["cursor"]);
  const asked = await ask(ctx, listServiceAccounts, query);
  if (!asked.ok) return <Refused {...asked} back={{ href: SERVICE_ACCOUNTS, name: "Back to the first page" }} />;
  const { serviceAccounts, nextCursor } = asked.answer;
  const canWrite = ctx.actor.permissions.has("keys.write");
  return (
    <>
      <PageHead
        title="Service accounts"
        lead="Programs with keys of their own, independent of any person."
        actions={canWrite ? <NewServiceAccount /> : undefined}
      />
      <KeyTabs here={SERVICE_ACCOUNTS} />
      {serviceAccounts.length === 0 ? (
        <EmptyState title="No service accounts yet">Create one for each program that calls the API.</EmptyState>
      ) : (
        <Table
          caption="Service accounts"
          columns={columnsFor(canWrite)}
          rows={serviceAccounts}
          keyOf={({ id }) => id}
        />
      )}
      <Pager path={SERVICE_ACCOUNTS} query={query} nextCursor={nextCursor} />
    </>
  );
}

function columnsFor(canWrite: boolean): Column<Account>[] {
  return [
    { name: "Name", cell: ({ name }) => name },
    { name: "Role", cell: ({ role }) => PLATFORM_ROLE_WORDS[role] },
    {
      name: "State",
      cell: ({ disabledAt }) =>
        disabledAt ? <StatusLabel tone="waiting" word="Disabled" /> : <StatusLabel tone="done" word="Active" />,
    },
    { name: "Keys", isNumber: true, cell: ({ keys }) => keys },
    { name: "Last used", cell: ({ lastUsedAt }) => (lastUsedAt ? <Time iso={lastUsedAt} /> : "not yet") },
    { name: "Created by", cell: ({ createdBy }) => createdBy },
    ...(canWrite ? [{ name: "Actions", cell: (account: Account) => <ServiceAccountActions account={account} /> }] : []),
  ];
}
