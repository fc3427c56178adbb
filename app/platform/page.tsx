import type { Metadata } from "next";
import { readPipeline } from "../../lib/admin/overview/readPipeline.ts";
import { Refused } from "../_kit/Refused.tsx";
import { LiveOverview } from "../_overview/LiveOverview.tsx";
import { ask } from "../_session/ask.ts";
import { requirePlatform } from "../_session/context.ts";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage() {
  const ctx = await requirePlatform();
  const asked = await ask(ctx, readPipeline, {});
  if (!asked.ok) return <Refused {...asked} back={{ href: "/account", name: "Go to your account" }} />;
  const { permissions } = ctx.actor;
  return (
    <LiveOverview
      initial={asked.answer}
      canControl={permissions.has("schedulers.control")}
      canRequeue={permissions.has("requests.requeue")}
      canImport={permissions.has("imports.write")}
      canStopSpending={permissions.has("spending.control")}
    />
  );
}
