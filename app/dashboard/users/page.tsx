import type { Metadata } from "next";
import { readCompanySecurity } from "../../../lib/company/users/companySecurity.ts";
import { listCompanyUsers } from "../../../lib/company/users/listCompanyUsers.ts";
import { canSendMail } from "../../../lib/mail/outgoingMail.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { FilterText } from "../../_kit/FilterText.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { ask } from "../../_session/ask.ts";
import { requireCompany } from "../../_session/context.ts";
import { Section } from "../../_ui/Section.tsx";
import { NewUser } from "../../_users/NewUser.tsx";
import { UserTable } from "../../_users/UserTable.tsx";
import { RequireTwoFactor } from "./RequireTwoFactor.tsx";

export const metadata: Metadata = { title: "Users" };

const PATH = "/dashboard/users";

/** The people of a company, for its admins. */
export default async function CompanyUsersPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requireCompany();
  const query = pick(await searchParams, ["search", "cursor"]);
  const [asked, security] = await Promise.all([ask(ctx, listCompanyUsers, query), ask(ctx, readCompanySecurity, {})]);
  const api = { realm: "company", path: "/api/company/users", common: {}, mail: canSendMail(ctx.config) } as const;
  const canWrite = ctx.actor.permissions.has("company.users.write");
  return (
    <>
      <PageHead
        title="Users"
        lead="People of your company who can sign in here."
        actions={canWrite ? <NewUser {...api} /> : undefined}
      />
      <FilterBar path={PATH} label="Filter the users" isFiltered={query.search !== undefined}>
        <FilterText name="search" label="Email address or name" type="search" defaultValue={query.search} isSearch />
      </FilterBar>
      {!asked.ok ? (
        <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
      ) : asked.answer.users.length === 0 ? (
        <EmptyState title="No users">Nothing matches these filters.</EmptyState>
      ) : (
        <UserTable users={asked.answer.users} canWrite={canWrite} self={ctx.actor.id} api={api} />
      )}
      {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
      {security.ok && (
        <Section id="security" title="Two-factor authentication">
          <RequireTwoFactor {...security.answer} />
        </Section>
      )}
    </>
  );
}
