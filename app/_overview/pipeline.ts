import type { z } from "zod";
import type { overviewShape } from "../../lib/admin/overview/readOverview.ts";

/** The pipeline at a glance, as the API answers it. */
export type Pipeline = z.output<typeof overviewShape>;

export type LiveBatch = Pipeline["batches"]["live"][number];
export type Waiting = Pipeline["waiting"][number];
export type Scheduler = Pipeline["schedulers"][number];

/** The parts in which it is sent while it changes; `source` says whether the database still answers. */
export const PART_NAMES: readonly (Exclude<keyof Pipeline, "at"> | "source")[] = [
  "requests",
  "batches",
  "series",
  "current",
  "spend",
  "schedulers",
  "providerStops",
  "modelStops",
  "spendingStop",
  "waiting",
  "source",
];
