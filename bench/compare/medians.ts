import { PARTS, type Part } from "./contender.ts";
import type { Measured, Row } from "./run.ts";

/** One row for each contender: of each of its numbers, the median over all runs, which have the same contenders. */
export function mediansOf(runs: readonly (readonly Row[])[]): Row[] {
  const [first = []] = runs;
  return first.map(({ title, answers }, contender) => {
    const parts: Row["parts"] = { import: null, create: null, collect: null };
    for (const part of PARTS)
      parts[part] = ofPart(
        part,
        runs.map((rows) => rows[contender]),
      );
    return { title, answers, parts };
  });
}

function ofPart(part: Part, rows: readonly (Row | undefined)[]): Measured | null {
  const measured = rows.flatMap((row) => row?.parts[part] ?? []);
  const of = (name: keyof Measured) => median(measured.map((one) => one[name]));
  if (measured.length === 0) return null;
  return { wall: of("wall"), node: of("node"), peak: of("peak"), postgres: of("postgres"), wal: of("wal") };
}

/** Of an even number, the mean of the two in the middle. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
