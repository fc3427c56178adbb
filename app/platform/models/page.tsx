import type { Metadata } from "next";
import type { z } from "zod";
import { listProviderAccounts } from "../../../lib/admin/accounts/listProviderAccounts.ts";
import { listExchangeRates } from "../../../lib/admin/models/listExchangeRates.ts";
import { listModels } from "../../../lib/admin/models/listModels.ts";
import type { exchangeRate } from "../../../lib/admin/models/priceFields.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { Section } from "../../_ui/Section.tsx";
import { Time } from "../../_ui/Time.tsx";
import { Accounts } from "./Accounts.tsx";
import { ModelCard } from "./ModelCard.tsx";
import { NewModel } from "./NewModel.tsx";
import { NewRate } from "./NewRate.tsx";

export const metadata: Metadata = { title: "Models and prices" };

const PATH = "/platform/models";

const RATES: readonly Column<z.output<typeof exchangeRate>>[] = [
  { name: "Currency", cell: ({ currency }) => currency },
  { name: "Euros per unit", isNumber: true, cell: ({ eurPerUnit }) => eurPerUnit },
  { name: "From", cell: ({ effectiveFrom }) => <Time iso={effectiveFrom} /> },
  { name: "Current", cell: ({ isCurrent }) => (isCurrent ? "yes" : "") },
];

export default async function ModelsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["cursor"]);
  const [asked, rates, found] = await Promise.all([
    ask(ctx, listModels, query),
    ask(ctx, listExchangeRates, {}),
    ask(ctx, listProviderAccounts, {}),
  ]);
  if (!asked.ok) return <Refused {...asked} back={{ href: PATH, name: "Back to the first page" }} />;
  const canWrite = ctx.actor.permissions.has("models.write");
  const { models, nextCursor } = asked.answer;
  const accounts = found.ok ? found.answer.accounts : [];
  const may = {
    add: ctx.actor.permissions.has("accounts.write"),
    control: ctx.actor.permissions.has("spending.control"),
  };
  return (
    <>
      <PageHead
        title="Models and prices"
        lead="What the models cost, and from when. You add prices but never change them, so past costs stay traceable."
        actions={
          <>
            {ctx.actor.permissions.has("requests.read") && (
              <LinkButton href="/platform/results">Show results</LinkButton>
            )}
            {canWrite && <NewModel accounts={accounts.map(({ id }) => id)} />}
          </>
        }
      />
      {models.length === 0 ? (
        <EmptyState title="No models">Add a model. Until it has a price, its requests are recorded as free.</EmptyState>
      ) : (
        <div className="space-y-6">
          {models.map((model) => (
            <ModelCard key={model.id} model={model} canWrite={canWrite} />
          ))}
        </div>
      )}
      <Pager path={PATH} query={query} nextCursor={nextCursor} />
      {found.ok && <Accounts accounts={accounts} may={may} />}
      <Section id="rates" title="Exchange rates" aside={canWrite ? <NewRate /> : undefined}>
        {rates.ok && rates.answer.exchangeRates.length > 0 ? (
          <Table caption="Exchange rates" columns={RATES} rows={rates.answer.exchangeRates} keyOf={({ id }) => id} />
        ) : (
          <EmptyState title="No exchange rates">Prices in currencies other than the euro need one.</EmptyState>
        )}
      </Section>
    </>
  );
}
