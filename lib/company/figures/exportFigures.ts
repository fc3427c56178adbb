import { BYTE_ORDER_MARK, type CsvCell, csvLine } from "../../api/csv.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { asTenant, companyIdOf } from "../asTenant.ts";
import type { Figures } from "./figures.ts";
import { figuresInput, figuresOf } from "./readFigures.ts";

type Answer = Awaited<ReturnType<typeof figuresOf>>;

const COLUMNS = ["from", "to", "figure", "value", "sessions", "sessionsBefore"];
/** What a figure with values is called in a line: one of them. */
const ONE_OF = {
  sentiments: "sentiment",
  categories: "category",
  languages: "language",
  countries: "country",
  hours: "hour",
  responseTimes: "responseTime",
} as const;
const ALONE = ["sessions", "analysed", "empty", "escalated", "forwardedHr"] as const;

export const exportFigures = defineOperation({
  name: "exportFigures",
  summary:
    "The figures of a period as CSV: one line for each figure in each interval, next to that of the previous period.",
  method: "GET",
  path: "/api/company/figures/export",
  permission: "company.sessions.read",
  input: figuresInput,
  example: { from: "2026-11-01", to: "2026-11-30", bucket: "week" },
  output: undefined,
  run: async (ctx, input) => {
    const figures = await asTenant(ctx, (tenant) => figuresOf(tenant, ctx.clock.now(), input));
    const { from, to } = figures.period;
    const details = { from, to, filters: Object.keys(input) };
    const companyId = companyIdOf(ctx);
    await audit(ctx, ctx.db, { action: "company.figures.export", outcome: "done", companyId, details });
    const fileName = `figures-${from}-to-${to}.csv`;
    return { type: "text/csv; charset=utf-8", fileName, content: streamOf(write(figures)) };
  },
});

/** Part by part; what occurs neither in a part nor in the one that it is compared with has no line. */
async function* write({ overTime, previous, questions, topics }: Answer): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(BYTE_ORDER_MARK + csvLine(COLUMNS));
  for (const [index, part] of overTime.entries()) {
    const before = previous.overTime[index];
    const asked = questions.map((question): Line => {
      return ["question", question.content, question.overTime[index] ?? 0, question.overTimeBefore[index] ?? 0];
    });
    const about = topics.map((of): Line => {
      return ["topic", of.topic, of.overTime[index] ?? 0, of.overTimeBefore[index] ?? 0];
    });
    const lines = [...(before ? linesOf(part, before) : []), ...asked, ...about].filter(
      ([, , now, then]) => now > 0 || then > 0,
    );
    yield encoder.encode(lines.map((line) => csvLine([part.from, part.to, ...line] satisfies CsvCell[])).join(""));
  }
}

type Line = [figure: string, value: string | null, sessions: number, before: number];

function linesOf(now: Figures, before: Figures): Line[] {
  const alone = ALONE.map((name): Line => [name, null, now[name], before[name]]);
  const byValue = (Object.keys(ONE_OF) as (keyof typeof ONE_OF)[]).flatMap((kind) => {
    const counts: Record<string, number> = now[kind];
    const countsBefore: Record<string, number> = before[kind];
    const values = new Set([...Object.keys(counts), ...Object.keys(countsBefore)]);
    return [...values].map((value): Line => [ONE_OF[kind], value, counts[value] ?? 0, countsBefore[value] ?? 0]);
  });
  return [...alone, ...byValue];
}
