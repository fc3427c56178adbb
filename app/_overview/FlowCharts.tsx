import { memo } from "react";
import { Chart } from "../_kit/Chart.tsx";
import type { Pipeline } from "./pipeline.ts";

/** Backlog and throughput of the last day, up to the five minutes that run. */
export const FlowCharts = memo(function FlowCharts({ series, current }: Pick<Pipeline, "series" | "current">) {
  const buckets = [...series.buckets, current];
  const times = buckets.map(({ at }) => at);
  return (
    <div className="grid gap-5 wide:grid-cols-2">
      <Chart
        label="Backlog: requests pending and in a batch"
        times={times}
        lines={[
          { name: "In a batch", colour: "--running", values: buckets.map(({ inBatch }) => inBatch) },
          { name: "Pending", colour: "--waiting", values: buckets.map(({ pending }) => pending) },
        ]}
      />
      <Chart
        label="Throughput: requests per five minutes"
        times={times}
        lines={[
          { name: "Complete", colour: "--done", values: buckets.map(({ completed }) => completed) },
          { name: "Failed", colour: "--failed", values: buckets.map(({ failed }) => failed) },
        ]}
      />
    </div>
  );
});
