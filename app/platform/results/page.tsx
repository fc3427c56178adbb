import type { Metadata } from "next";
import type { z } from "zod";
import { listResultVersions } from "../../../lib/admin/results/listResultVersions.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { type Column, Table } from "../../_kit/Table.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { spellOut } from "../../_words/labels.ts";
import { inGroups } from "../../_words/numbers.ts";
import { AnalyseAgain } from "./AnalyseAgain.tsx";
import { ShowAgain } from "./ShowAgain.tsx";

export const metadata: Metadata = { title: "Results" };

const PATH = "/platform/results";

type Result = z.output<typeof listResultVersions.output>["results"][number];

/** Which sessions show which answers, and what else is kept. */
export default async function ResultsPage() {
  const ctx = await requirePlatform();
  const asked = await ask(ctx, listResultVersions, {});
  if (!asked.ok) return <Refused {...asked} back={{ href: PATH, name: "Try again" }} />;
  const { analyses, results } = asked.answer;
  const latest = new Map(analyses.map(({ name, version }) => [name, version]));
  const canAsk = ctx.actor.permissions.has("requests.requeue");
  const columns: Column<Result>[] = [
    { name: "Analysis", cell: ({ analysis }) => spellOut(analysis) },
    { name: "Version", cell: (result) => versionInWords(result, latest.get(result.analysis)) },
    { name: "Model", cell: ({ model }) => model },
    { name: "Shown", isNumber: true, cell: ({ shown }) => inGroups(shown) },
    { name: "Not shown", isNumber: true, cell: ({ kept }) => inGroups(kept) },
    ...(canAsk ? [{ name: "Actions", cell: (result: Result) => <Actions {...result} /> }] : []),
  ];
  return (
    <>
      <PageHead
        parent={{ href: "/platform/models", name: "Models and prices" }}
        title="Results"
        lead="Which sessions show answers of which version and model. An answer is kept when another one takes its place, so you can show it again."
      />
      {results.length === 0 ? (
        <EmptyState title="No results">They appear when the first batch has been collected.</EmptyState>
      ) : (
        <Table
          caption="Results by analysis, version and model"
          columns={columns}
          rows={results}
          keyOf={({ analysis, version, model }) => `${analysis} ${version} ${model}`}
        />
      )}
    </>
  );
}

function Actions({ analysis, version, model, shown, kept }: Result) {
  const alike = { analysis, model };
  // Below the first version are those alone of which none is known.
  const again = version === null ? { ...alike, belowVersion: 1 } : { ...alike, version };
  return (
    <div className="flex flex-wrap gap-2">
      {shown > 0 && <AnalyseAgain filter={again} />}
      {kept > 0 && version !== null && <ShowAgain filter={{ ...alike, version }} />}
    </div>
  );
}

function versionInWords({ version }: Result, latest: number | undefined): string {
  if (version === null) return "unknown";
  return version === latest ? `${version} (current)` : String(version);
}
