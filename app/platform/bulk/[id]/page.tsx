import type { Metadata } from "next";
import { readBulkRequeue } from "../../../../lib/admin/bulk/readBulkRequeue.ts";
import { watchBulkRequeueParts } from "../../../../lib/admin/bulk/watchBulkRequeue.ts";
import { readCompany } from "../../../../lib/admin/companies/readCompany.ts";
import { versionOf } from "../../../../lib/live/followOne.ts";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { LivePage } from "../../../_live/LivePage.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { BulkProgress } from "./BulkProgress.tsx";

export const metadata: Metadata = { title: "Bulk requeue" };

export default async function BulkRequeuePage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const asked = await ask(ctx, readBulkRequeue, { id });
  const parent = { href: "/platform/bulk", name: "Bulk requeues" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  const { companyId } = asked.answer.bulk.filter;
  const company = companyId ? await ask(ctx, readCompany, { id: companyId }) : undefined;
  return (
    <>
      <PageHead
        title={asked.answer.bulk.reason}
        parent={parent}
        live={
          <LivePage events={`/api/admin/bulk/${id}/events`} version={versionOf(watchBulkRequeueParts(asked.answer))} />
        }
      />
      <BulkProgress
        bulk={asked.answer.bulk}
        companies={company?.ok ? { [company.answer.company.id]: company.answer.company.name } : {}}
        canAbort={ctx.actor.permissions.has("requests.requeue")}
      />
    </>
  );
}
