import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { overviewShape, readOverview } from "./readOverview.ts";

export const readPipeline = defineOperation({
  name: "readPipeline",
  summary: "The pipeline at a glance: counts, rates, the last day, batches in flight, cost, schedulers.",
  method: "GET",
  path: "/api/admin/pipeline",
  permission: "pipeline.read",
  input: z.strictObject({}),
  example: {},
  output: overviewShape,
  run: readOverview,
});
