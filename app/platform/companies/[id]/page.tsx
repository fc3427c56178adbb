import type { Metadata } from "next";
import { readCompany } from "../../../../lib/admin/companies/readCompany.ts";
import { BarList } from "../../../_kit/BarList.tsx";
import { Facts } from "../../../_kit/Facts.tsx";
import { LinkButton } from "../../../_kit/LinkButton.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { address } from "../../../_kit/search.ts";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { Section } from "../../../_ui/Section.tsx";
import { StatusLabel } from "../../../_ui/StatusLabel.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { labelOf } from "../../../_words/labels.ts";
import { inGroups } from "../../../_words/numbers.ts";
import { COMPANY_STATUS_WORDS, REQUEST_STATUS_WORDS, REQUEST_STATUSES } from "../../../_words/statuses.ts";
import { modelOptions } from "../../options.ts";
import { CompanyForm } from "../CompanyForm.tsx";
import { upTo } from "../upTo.ts";
import { EraseSessions } from "./EraseSessions.tsx";
import { ImportNow } from "./ImportNow.tsx";

export const metadata: Metadata = { title: "Company" };

export default async function CompanyPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const [asked, models] = await Promise.all([ask(ctx, readCompany, { id }), modelOptions(ctx)]);
  const parent = { href: "/platform/companies", name: "Companies" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  const { company } = asked.answer;
  const may = (name: "companies.write" | "imports.write" | "sessions.erase") => ctx.actor.permissions.has(name);
  const total = REQUEST_STATUSES.reduce((sum, status) => sum + (company.requests[status]?.count ?? 0), 0);
  return (
    <>
      <PageHead
        parent={parent}
        title={company.name}
        lead={<StatusLabel {...COMPANY_STATUS_WORDS[company.status]} />}
        actions={
          <>
            <LinkButton href={address("/platform/imports", { companyId: id })}>Show imports</LinkButton>
            {may("imports.write") && company.csvUrl && <ImportNow id={id} />}
            {may("companies.write") && <CompanyForm company={company} models={models} />}
          </>
        }
      />
      <Facts
        facts={[
          { name: "Sessions", value: upTo(company.sessions) },
          { name: "Model", value: company.model ?? "default" },
          { name: labelOf("questionTopics"), value: company.questionTopics ? "labelled" : "not labelled" },
          { name: "Requests a day", value: describeLimit(company.requestsPerDay, company.allowance?.usedToday) },
          {
            name: "Requests a month",
            value: describeLimit(company.requestsPerMonth, company.allowance?.usedThisMonth),
          },
          ...(company.allowance?.until
            ? [{ name: "Requests are waiting until", value: <Time iso={company.allowance.until} /> }]
            : []),
          { name: "Time zone", value: company.timeZone },
          { name: "CSV address", value: company.csvUrl ?? "none" },
          { name: "CSV user name", value: company.csvUsername ?? "none" },
          { name: "CSV password", value: company.hasCsvPassword ? "stored, encrypted" : "none" },
          { name: "Words for speakers", value: describeRoleWords(company.roleWords) },
          { name: "Created", value: <Time iso={company.createdAt} /> },
          { name: "Changed", value: <Time iso={company.updatedAt} /> },
        ]}
      />
      <Section id="requests" title="Requests">
        <BarList
          total={total}
          bars={REQUEST_STATUSES.map((status) => ({
            name: REQUEST_STATUS_WORDS[status].word,
            count: company.requests[status]?.count ?? 0,
            href: address("/platform/requests", { status, companyId: id }),
          }))}
        />
        <p className="mt-3 text-sm text-ink-faint">Each count stops at 10,000.</p>
      </Section>
      {may("sessions.erase") && (
        <Section id="erase" title="Erase sessions">
          <EraseSessions companyId={id} name={company.name} />
        </Section>
      )}
    </>
  );
}

/** Such as `120 of 1,000 used`. Days and months begin at midnight UTC. */
function describeLimit(limit: number | null, used = 0): string {
  return limit === null ? "no limit" : `${inGroups(used)} of ${inGroups(limit)} used (UTC)`;
}

/** Such as `User: Sollicitant; Assistant: Robbie`. */
function describeRoleWords(words: Record<string, readonly string[] | undefined> | null): string {
  const roles = Object.entries(words ?? {}).flatMap(([role, list]) =>
    list?.length ? [`${role}: ${list.join(", ")}`] : [],
  );
  return roles.join("; ") || "only the usual ones";
}
