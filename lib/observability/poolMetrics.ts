import type { Pool } from "pg";
import { Gauge, type Registry } from "prom-client";

/** Shows how many connections each pool has, how many it may have, and who waits for one. */
export function watchPools(registry: Registry, pools: Readonly<Record<string, Pool>>): void {
  const registers = [registry];
  const each = (show: (pool: string, of: Pool) => void) => {
    for (const [name, pool] of Object.entries(pools)) show(name, pool);
  };
  new Gauge({
    name: "livedash_pool_connections",
    help: "Open connections to the database.",
    labelNames: ["pool", "state"] as const,
    registers,
    collect() {
      each((pool, { totalCount, idleCount }) => {
        this.set({ pool, state: "idle" }, idleCount);
        this.set({ pool, state: "busy" }, totalCount - idleCount);
      });
    },
  });
  new Gauge({
    name: "livedash_pool_connections_max",
    help: "The most connections that a pool opens.",
    labelNames: ["pool"] as const,
    registers,
    collect() {
      each((pool, { options }) => this.set({ pool }, options.max));
    },
  });
  new Gauge({
    name: "livedash_pool_waiting",
    help: "How many wait for a connection.",
    labelNames: ["pool"] as const,
    registers,
    collect() {
      each((pool, { waitingCount }) => this.set({ pool }, waitingCount));
    },
  });
}
