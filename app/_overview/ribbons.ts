import type { Summary } from "../../lib/admin/overview/summary.ts";
import { STAGES, type Stage, totalOf } from "./stages.ts";

export interface Ribbon {
  stage: Stage;
  /** Where its edge begins and how thick it is, in the unit of `thickness`. */
  offset: number;
  size: number;
}

/** So thin a ribbon can still be seen; a stage without requests has none. */
const THINNEST = 3;
const GAP = 1.5;

/** Lays a ribbon for each stage side by side, each as thick as its share of all requests. Together they fill `thickness`. */
export function layRibbons(summary: Summary, thickness: number): Ribbon[] {
  const total = totalOf(summary);
  const present = STAGES.filter(({ status }) => summary[status] > 0).length;
  const room = thickness - Math.max(0, present - 1) * GAP;
  const spare = room - present * THINNEST;
  let offset = 0;
  return STAGES.map((stage) => {
    const count = summary[stage.status];
    const size = count === 0 ? 0 : THINNEST + (count / total) * spare;
    const ribbon = { stage, offset: round(offset), size: round(size) };
    if (count > 0) offset += size + GAP;
    return ribbon;
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
