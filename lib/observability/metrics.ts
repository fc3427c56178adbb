import type { Pool } from "pg";
import { Counter, Histogram, Registry } from "prom-client";
import { watchPools } from "./poolMetrics.ts";
import { watchProcess } from "./processMetrics.ts";

/** A call to a provider that has ended: in which account, what was called, and `ok` or the code of its failure. */
interface EndedCall {
  account: string;
  call: string;
  outcome: string;
  seconds: number;
}

/** What this process counts of its own work, from its start. Labels come from closed lists: no ids, no names of companies. */
export interface Metrics {
  callEnded(call: EndedCall): void;
  /** A batch was in the hands of another worker when this one was about to write to it. */
  leaseLost(): void;
  /** A provider batch that was created but never recorded was taken over. */
  batchAdopted(): void;
  /** All of it, and what `more` says, as Prometheus reads it. */
  render(): Promise<string>;
  /** The media type of that. */
  readonly type: string;
}

/** An upload may take minutes, most calls a fraction of a second. */
const CALL_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/**
 * @param pools connections to the database, by the name that is shown
 * @param more what is not of this process alone, in the same format
 */
export function openMetrics(pools: Readonly<Record<string, Pool>>, more: () => Promise<string>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Histogram({
    name: "livedash_provider_call_duration_seconds",
    help: "How long calls to a provider took, with their retries.",
    labelNames: ["account", "call", "outcome"] as const,
    buckets: CALL_SECONDS,
    registers,
  });
  const losses = new Counter({
    name: "livedash_lease_losses_total",
    help: "Batches whose lease this process lost while it worked on them.",
    registers,
  });
  const adoptions = new Counter({
    name: "livedash_batches_adopted_total",
    help: "Provider batches that were created but never recorded, and that this process took over.",
    registers,
  });
  watchPools(registry, pools);
  watchProcess(registry);
  return {
    callEnded: ({ seconds, ...labels }) => calls.observe(labels, seconds),
    leaseLost: () => losses.inc(),
    batchAdopted: () => adoptions.inc(),
    render: async () => (await Promise.all([registry.metrics(), more()])).join(""),
    type: registry.contentType,
  };
}
