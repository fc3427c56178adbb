import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseDuration } from "../../lib/duration.ts";
import { startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { readSelectors } from "./promql.ts";
import type { Metric } from "./read.ts";
import { measureWork } from "./support.ts";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../deploy", file), "utf8");
/** What Prometheus itself adds to each sample. */
const ADDED = ["job", "instance", "le"];

let pipeline: TestPipeline;
let metrics: Map<string, Metric>;
beforeAll(async () => {
  pipeline = await startPipelineInOwnTime();
  metrics = await measureWork(pipeline);
});
afterAll(() => pipeline?.close());

/** Holds what an expression reads against what is really there: names, labels, and the values that labels are to have. */
function expectReal(expression: string): void {
  const selectors = readSelectors(expression);
  expect(selectors.length, expression).toBeGreaterThan(0);
  for (const { name, labels } of selectors) {
    const samples = [...metrics.values()].flatMap((metric) => metric.samples).filter((sample) => sample.name === name);
    expect(samples.length, `${name} in: ${expression}`).toBeGreaterThan(0);
    for (const { label, value } of labels) {
      if (ADDED.includes(label)) continue;
      const values = samples.map((sample) => sample.labels[label]);
      expect(values, `${label} of ${name} in: ${expression}`).not.toContain(undefined);
      if (value !== undefined) expect(values, expression).toContain(value);
    }
  }
}

describe("deploy/prometheus/rules.yaml", () => {
  const rule = z.strictObject({
    alert: z.string().regex(/^LiveDash[A-Za-z]+$/),
    expr: z.string(),
    for: z
      .string()
      .refine((text) => parseDuration(text) !== undefined)
      .optional(),
    labels: z.strictObject({ severity: z.enum(["critical", "warning", "info"]) }),
    annotations: z.strictObject({ summary: z.string(), description: z.string() }),
  });
  const shape = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })) });
  const rules = shape.parse(parse(read("prometheus/rules.yaml"))).groups.flatMap((group) => group.rules);

  it("names each alert once", () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rules.map(({ alert, expr }) => [alert, expr] as const))("%s asks for what there is", (_, expr) => {
    expectReal(expr);
  });
});

describe("deploy/grafana/livedash.json", () => {
  const position = z.object({ x: z.int(), y: z.int(), w: z.int().positive(), h: z.int().positive() });
  const target = z.object({ refId: z.string(), expr: z.string(), legendFormat: z.string() });
  const panel = z.object({
    id: z.int(),
    type: z.enum(["row", "stat", "timeseries"]),
    title: z.string(),
    gridPos: position,
    targets: z.array(target).optional(),
  });
  const dashboard = z.object({ title: z.literal("LiveDash"), panels: z.array(panel) });
  const { panels } = dashboard.parse(JSON.parse(read("grafana/livedash.json")));

  it("has panels that do not cover each other, each with an id of its own", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });

  it.each(panels.filter(({ type }) => type !== "row").map(({ title, targets = [] }) => [title, targets] as const))(
    "%s asks for what there is",
    (_, targets) => {
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) expectReal(expr.replaceAll("$__rate_interval", "5m").replaceAll("$job", ".*"));
    },
  );
});

describe("the test itself", () => {
  it.each(["sum(rate(livedash_requests[5m])", "livedash_requests{status=}", "max by livedash_requests"])(
    "does not take %j for PromQL",
    (expression) => expect(() => readSelectors(expression)).toThrow(/^Not /),
  );

  it.each([
    "livedash_request",
    'livedash_requests{state="x"}',
    'livedash_requests{status="gone"}',
    "sum(livedash_batches) + livedash_provider_call_duration_seconds_total",
  ])("finds what there is not in %j", (expression) => expect(() => expectReal(expression)).toThrow());
});
