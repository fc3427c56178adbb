import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILURES } from "../../lib/failures.ts";
import { startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { type Metric, readValue } from "./read.ts";
import { measureWork } from "./support.ts";

let pipeline: TestPipeline;
let metrics: Map<string, Metric>;
let spent: { lines: number; promptTokens: number; costEur: number };

beforeAll(async () => {
  pipeline = await startPipelineInOwnTime();
  metrics = await measureWork(pipeline);
  const { rows } = await pipeline.database.owner.query(
    `SELECT sum("lines")::int AS "lines", sum("promptTokens")::int AS "promptTokens", sum("costEur")::float8 AS "costEur" FROM "SpendHour"`,
  );
  spent = rows[0];
});
afterAll(() => pipeline?.close());

const value = (name: string, labels?: Record<string, string>) => readValue(metrics, name, labels);

describe("what the metrics say of the installation", () => {
  it("counts requests and batches by status, those included that nothing has", () => {
    expect(value("livedash_database_up")).toBe(1);
    expect(value("livedash_requests", { status: "processing_complete" })).toBe(7);
    expect(value("livedash_requests", { status: "pending_batching" })).toBe(3);
    expect(value("livedash_requests", { status: "processing_failed" })).toBe(0);
    expect(value("livedash_batches", { status: "processed" })).toBe(1);
    expect(value("livedash_batches", { status: "uploading" })).toBe(0);
    expect(value("livedash_batches_stuck")).toBe(0);
  });

  it("says how old the oldest is, and 0 where there is none", () => {
    expect(value("livedash_oldest_request_age_seconds", { status: "batching_in_progress" })).toBe(0);
    expect(value("livedash_oldest_request_age_seconds", { status: "pending_batching" })).toBeGreaterThanOrEqual(0);
    expect(value("livedash_oldest_batch_age_seconds", { status: "in_progress" })).toBe(0);
  });

  it("counts what moved in the last hour, and failures by their codes", () => {
    expect(value("livedash_requests_last_hour", { movement: "imported" })).toBe(10);
    expect(value("livedash_requests_last_hour", { movement: "completed" })).toBe(7);
    const codes = metrics.get("livedash_request_failures_last_hour")?.samples.map(({ labels }) => labels.code);
    expect(codes).toEqual(Object.keys(FAILURES));
  });

  it("adds up tokens and money by model", () => {
    const [{ labels: { model = "" } = {} } = {}] = metrics.get("livedash_model_cost_eur_total")?.samples ?? [];
    expect(spent.costEur).toBeGreaterThan(0);
    expect(value("livedash_model_cost_eur_total", { model })).toBeCloseTo(spent.costEur, 9);
    expect(value("livedash_model_lines_total", { model, usage: "known" })).toBe(spent.lines);
    expect(value("livedash_model_tokens_total", { model, kind: "prompt" })).toBe(spent.promptTokens);
  });

  it("says when schedulers ran, and whether they failed", () => {
    const scheduler = "limit-clearing";
    expect(value("livedash_scheduler_start_age_seconds", { scheduler })).toBeGreaterThanOrEqual(0);
    expect(value("livedash_scheduler_finish_age_seconds", { scheduler })).toBeGreaterThanOrEqual(0);
    expect(value("livedash_scheduler_interval_seconds", { scheduler })).toBe(600);
    expect(value("livedash_scheduler_failed", { scheduler })).toBe(0);
    expect(value("livedash_scheduler_failed", { scheduler: "reaper" })).toBe(1);
    expect(value("livedash_scheduler_paused", { scheduler })).toBe(0);
    expect(() => value("livedash_scheduler_start_age_seconds", { scheduler: "csv-import" })).toThrow();
  });
});

describe("what they say of the process", () => {
  it("counts calls to the provider by what was called and how it ended, with durations", () => {
    const calls = "livedash_provider_call_duration_seconds_count";
    const outcome = { account: "openai", outcome: "ok" };
    expect(value(calls, { ...outcome, call: "upload_input" })).toBe(1);
    expect(value(calls, { ...outcome, call: "create_batch" })).toBe(1);
    expect(value(calls, { ...outcome, call: "open_file" })).toBeGreaterThan(0);
    expect(value(calls, { ...outcome, call: "retrieve_batch" })).toBeGreaterThan(0);
  });

  it("knows its connections, its memory and its event loop", () => {
    expect(value("livedash_pool_connections_max", { pool: "app" })).toBe(10);
    expect(value("livedash_pool_connections", { pool: "app", state: "idle" })).toBeGreaterThan(0);
    expect(value("livedash_pool_waiting", { pool: "app" })).toBe(0);
    expect(value("livedash_process_memory_bytes", { kind: "rss" })).toBeGreaterThan(10_000_000);
    expect(value("livedash_process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(value("livedash_event_loop_busy_seconds_total")).toBeGreaterThan(0);
    expect(value("livedash_event_loop_delay_seconds", { quantile: "0.99" })).toBeGreaterThanOrEqual(0);
  });
});

describe("docs/operations/metrics.md", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/operations/metrics.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(livedash_\w+)` \| (\w+) \| ([^|]+) \|([^|]*)\|/gm)].map(
    ([, name = "", type, unit = "", labels = ""]) => ({
      name,
      type,
      unit,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    }),
  );

  it("has each metric in its tables, with its type and its labels, and no other", () => {
    const documented = rows.map(({ name, type, labels }) => ({ name, type, labels: labels.sort() }));
    const shown = [...metrics].map(([name, { type, labels }]) => ({ name, type, labels: [...labels].sort() }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(documented.sort(byName)).toEqual(shown.sort(byName));
  });

  it("has units as the names have them", () => {
    for (const unit of ["seconds", "bytes"]) {
      const named = rows.filter(({ name }) => new RegExp(`_${unit}(_total)?$`).test(name));
      expect(named.length).toBeGreaterThan(0);
      for (const row of named) expect(row.unit, row.name).toContain(unit);
    }
  });
});
