const STEPS = [1, 2, 5, 10];

export interface Scale {
  /** What fills the height of the chart. */
  top: number;
  /** The counts that have a line, from 0 to the top. */
  ticks: number[];
}

/** An axis in round numbers up to the highest count or a little more, with so many lines above 0 at most. */
export function scaleOf(highest: number, mostLines: number): Scale {
  const rough = Math.max(highest, 1) / mostLines;
  const power = 10 ** Math.floor(Math.log10(rough));
  // Sessions are counted: there is nothing between 0 and 1.
  const step = Math.max(1, (STEPS.find((factor) => factor * power >= rough) ?? 10) * power);
  const lines = Math.max(1, Math.ceil(highest / step));
  return { top: lines * step, ticks: Array.from({ length: lines + 1 }, (_, index) => index * step) };
}
