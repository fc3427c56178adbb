import type { Metadata } from "next";
import { listSessionsExports } from "../../../../lib/company/exports/listSessionsExports.ts";
import { EmptyState } from "../../../_kit/EmptyState.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { ask } from "../../../_session/ask.ts";
import { requireCompany } from "../../../_session/context.ts";
import { SESSIONS } from "../../_filter/filter.ts";
import { ExportTable } from "../../_sessions/ExportTable.tsx";

export const metadata: Metadata = { title: "Exports" };

/** What somebody of a company has had exported in the background: how far it is, and its file. */
export default async function ExportsPage() {
  const ctx = await requireCompany();
  const asked = await ask(ctx, listSessionsExports, {});
  const parent = { href: SESSIONS, name: "All sessions" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  const { exports } = asked.answer;
  return (
    <>
      <PageHead
        title="Your exports"
        parent={parent}
        lead="You can leave this page and return. Files are kept for a day, and only you can download yours."
      />
      {exports.length === 0 ? (
        <EmptyState title="No exports">Choose sessions, then export them in the background.</EmptyState>
      ) : (
        <ExportTable exports={exports} />
      )}
    </>
  );
}
