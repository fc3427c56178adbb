/** Bars are drawn into a box that is as wide as there are parts, and so high. */
export const HEIGHT = 100;
const GAP = 0.14;
/** What is there at all is seen, however small. */
const LEAST = 4;

/** The outline of all bars as one path, each in its column of width 1. Of nothing, no bar is drawn. */
export function barsPath(values: readonly number[], highest: number): string {
  return values
    .map((value, index) => {
      if (value <= 0 || highest <= 0) return "";
      const top = HEIGHT - Math.max((value / highest) * HEIGHT, LEAST);
      return `M${index + GAP / 2} ${HEIGHT}V${round(top)}h${1 - GAP}V${HEIGHT}z`;
    })
    .join("");
}

/** A line across each column at the height of its value: what the bars are compared with. */
export function levelsPath(values: readonly number[], highest: number): string {
  if (highest <= 0) return "";
  const level = (value: number) => round(HEIGHT - (value / highest) * HEIGHT);
  return values.map((value, index) => `M${index} ${level(value)}h1`).join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
