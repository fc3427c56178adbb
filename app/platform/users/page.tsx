import type { Metadata } from "next";
import { listUsers } from "../../../lib/admin/users/listUsers.ts";
import { canSendMail } from "../../../lib/mail/outgoingMail.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { FilterText } from "../../_kit/FilterText.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { address, pick, type Search } from "../../_kit/search.ts";
import { Tabs } from "../../_kit/Tabs.tsx";
import { realmOf } from "../../_session/addresses.ts";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { NewUser } from "../../_users/NewUser.tsx";
import { UserTable } from "../../_users/UserTable.tsx";
import { companyOptions } from "../options.ts";

export const metadata: Metadata = { title: "Users" };

const PATH = "/platform/users";

export default async function UsersPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const search = await searchParams;
  const realm = realmOf(search);
  const query = { realm, ...pick(search, ["search", "cursor"]) };
  const [asked, companies] = await Promise.all([ask(ctx, listUsers, query), companyOptions(ctx)]);
  const api = { realm, path: "/api/admin/users", common: { realm }, mail: canSendMail(ctx.config) };
  const canWrite = ctx.actor.permissions.has("users.write");
  return (
    <>
      <PageHead
        title="Users"
        lead="People who run LiveDash, and people who read their company's results."
        actions={canWrite ? <NewUser {...api} {...(realm === "company" ? { companies } : {})} /> : undefined}
      />
      <Tabs
        label="Kinds of users"
        tabs={[
          { href: PATH, name: "Platform", isHere: realm === "platform" },
          { href: address(PATH, { realm: "company" }), name: "Companies", isHere: realm === "company" },
        ]}
      />
      <FilterBar path={PATH} label="Filter the users" isFiltered={query.search !== undefined}>
        <input type="hidden" name="realm" value={realm} />
        <FilterText name="search" label="Email address or name" type="search" defaultValue={query.search} isSearch />
      </FilterBar>
      {!asked.ok ? (
        <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
      ) : asked.answer.users.length === 0 ? (
        <EmptyState title="No users">
          {query.search ? "Nothing matches these filters." : "Create the first one."}
        </EmptyState>
      ) : (
        <UserTable users={asked.answer.users} canWrite={canWrite} self={ctx.actor.id} api={api} />
      )}
      {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
    </>
  );
}
