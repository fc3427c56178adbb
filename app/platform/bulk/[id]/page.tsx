import type { Metadata } from "next";
import { readBulkRequeue } from "../../../../lib/admin/bulk/readBulkRequeue.ts";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { FollowedBulk } from "./FollowedBulk.tsx";

export const metadata: Metadata = { title: "Bulk requeue" };

export default async function BulkRequeuePage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const asked = await ask(ctx, readBulkRequeue, { id });
  const parent = { href: "/platform/bulk", name: "Bulk requeues" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  return (
    <>
      <PageHead title={asked.answer.bulk.reason} parent={parent} />
      <FollowedBulk initial={asked.answer.bulk} canAbort={ctx.actor.permissions.has("requests.requeue")} />
    </>
  );
}
