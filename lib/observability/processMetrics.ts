import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";
import { VERSION } from "../version.ts";

/** Each look wakes the process: fifty a second took more of a core than all else that an idle worker does. */
const LOOK_EVERY_MS = 100;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** Shows what the process takes of its machine, and how long what is due has to wait in it. */
export function watchProcess(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: "livedash_build_info",
    help: "Always 1: which version runs here.",
    labelNames: ["version", "commit"] as const,
    registers,
  }).set({ version: VERSION.number, commit: VERSION.commit ?? "unknown" }, 1);
  new Gauge({
    name: "livedash_process_start_time_seconds",
    help: "When the process started, in seconds since 1970.",
    registers,
  }).set(performance.timeOrigin / 1000);
  new Gauge({
    name: "livedash_process_memory_bytes",
    help: "Memory of the process: all that is resident, of it the heap and what is used of it, and buffers outside.",
    labelNames: ["kind"] as const,
    registers,
    collect() {
      const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
      for (const [kind, bytes] of Object.entries({ rss, heap_total: heapTotal, heap_used: heapUsed, external }))
        this.set({ kind }, bytes);
    },
  });
  counterOf(registry, "livedash_process_cpu_seconds_total", "Time of processors that the process has used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / MICROSECONDS;
  });
  counterOf(
    registry,
    "livedash_event_loop_busy_seconds_total",
    "Time in which the event loop did something in place of waiting.",
    () => performance.eventLoopUtilization().active / 1000,
  );
  watchDelay(registry);
}

function watchDelay(registry: Registry): void {
  const delays = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  delays.enable();
  new Gauge({
    name: "livedash_event_loop_delay_seconds",
    help: "How late the event loop came to what was due, since it was last asked for: median, 99th percentile and longest.",
    labelNames: ["quantile"] as const,
    registers: [registry],
    collect() {
      // What is measured is the time from one look to the next.
      const late = (ns: number) => Math.max(0, ns / NANOSECONDS - LOOK_EVERY_MS / 1000);
      this.set({ quantile: "0.5" }, late(delays.percentile(50)));
      this.set({ quantile: "0.99" }, late(delays.percentile(99)));
      this.set({ quantile: "1" }, late(delays.max));
      delays.reset();
    },
  });
}

/** A counter that somebody else counts. */
function counterOf(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
