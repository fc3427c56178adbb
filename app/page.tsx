import type { Metadata } from "next";
import { readOverview } from "../lib/admin/readOverview.ts";
import { getWebContext } from "../lib/webContext.ts";
import { LiveOverview } from "./_overview/LiveOverview.tsx";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage() {
  return <LiveOverview initial={await readOverview(getWebContext().ctx)} />;
}
