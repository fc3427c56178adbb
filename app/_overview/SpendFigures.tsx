import { Money } from "../_kit/Money.tsx";
import { counted } from "../_words/numbers.ts";
import type { Pipeline } from "./pipeline.ts";

export function SpendFigures({ spend }: { spend: Pipeline["spend"] }) {
  const { costEur, savedEur, lines, linesWithoutSyncPrice, linesWithoutUsage } = spend;
  return (
    <dl className="grid gap-px overflow-hidden rounded-xl border border-line bg-line sm:grid-cols-2">
      <div className="bg-surface p-5">
        <dt className="text-sm font-medium text-ink-soft">Cost since midnight UTC</dt>
        <dd className="text-2xl font-semibold tracking-tight">
          <Money eur={costEur} />
        </dd>
        <dd className="text-sm text-ink-faint">
          for {counted(lines, "line")} with reported usage
          {linesWithoutUsage > 0 && `, and ${counted(linesWithoutUsage, "line")} without`}
        </dd>
      </div>
      <div className="bg-surface p-5">
        <dt className="text-sm font-medium text-ink-soft">Saved compared with the synchronous price</dt>
        <dd className="text-2xl font-semibold tracking-tight">
          <Money eur={savedEur} />
        </dd>
        <dd className="text-sm text-ink-faint">
          {linesWithoutSyncPrice > 0
            ? `without ${counted(linesWithoutSyncPrice, "line")} whose model has no such price`
            : "for the same tokens sent as single calls"}
        </dd>
      </div>
    </dl>
  );
}
