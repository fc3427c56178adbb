import type { Family } from "./family.ts";

/** What was sent to a model today, and what it cost. */
interface ModelDay {
  model: string;
  lines: number;
  linesWithoutUsage: number;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  costEur: number;
}

/** Counters that start anew at midnight UTC: Prometheus takes that as it takes the restart of a process. */
export function spendFamilies(today: readonly ModelDay[]): Family[] {
  return [
    counter(
      "livedash_model_lines_total",
      "Lines since midnight UTC, by whether their tokens are known.",
      "usage",
      today,
      {
        known: (day) => day.lines,
        unknown: (day) => day.linesWithoutUsage,
      },
    ),
    counter("livedash_model_tokens_total", "Tokens since midnight UTC; `cached` is part of `prompt`.", "kind", today, {
      prompt: (day) => day.promptTokens,
      cached: (day) => day.cachedTokens,
      completion: (day) => day.completionTokens,
    }),
    {
      name: "livedash_model_cost_eur_total",
      help: "Euros spent since midnight UTC.",
      type: "counter",
      labels: ["model"],
      samples: today.map(({ model, costEur }) => ({ labels: { model }, value: costEur })),
    },
  ];
}

function counter(
  name: Family["name"],
  help: string,
  label: string,
  today: readonly ModelDay[],
  values: Readonly<Record<string, (day: ModelDay) => number>>,
): Family {
  const samples = today.flatMap((day) =>
    Object.entries(values).map(([each, read]) => ({ labels: { model: day.model, [label]: each }, value: read(day) })),
  );
  return { name, help, type: "counter", labels: ["model", label], samples };
}
