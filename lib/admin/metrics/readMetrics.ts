import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { defineOperation } from "../../api/operation.ts";

export const readMetrics = defineOperation({
  name: "readMetrics",
  summary: "Metrics of this process and of the installation, in the text format of Prometheus.",
  method: "GET",
  path: "/metrics",
  permission: "pipeline.read",
  input: z.strictObject({}),
  example: {},
  output: undefined,
  run: async ({ metrics }) => {
    if (!metrics) throw notFound("metrics");
    const text = await metrics.render();
    return { type: metrics.type, content: new Blob([text]).stream() };
  },
});
