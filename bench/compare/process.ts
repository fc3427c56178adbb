// One contender in a process of its own, which does a part whenever it is told to: its memory and CPU time are its own alone.
import { readFile, writeFile } from "node:fs/promises";
import type { Contender, Given, Part, Usage } from "./contender.ts";
import { open as aiSdk } from "./contenders/aiSdk.ts";
import { open as floor } from "./contenders/floor.ts";
import { open as naive } from "./contenders/naive.ts";
import { open as product } from "./contenders/product.ts";

const CONTENDERS: Record<string, (given: Given) => Promise<Contender>> = { floor, product, aiSdk, naive };

const [name = "", given = "{}"] = process.argv.slice(2);
const contender = await CONTENDERS[name]?.(JSON.parse(given));
if (!contender) throw new Error(`Nobody is called ${name}.`);
process.on("message", async (part: Part | "end") => {
  if (part === "end") {
    process.send?.(await contender.count());
    await contender.close();
    process.disconnect();
    return;
  }
  process.send?.(await measure(contender[part]?.bind(contender)));
});
process.send?.("ready");

async function measure(work: (() => Promise<void>) | undefined): Promise<Usage | null> {
  if (!work) return null;
  // What the part before needed at its peak is forgotten (Linux).
  await writeFile("/proc/self/clear_refs", "5").catch(() => {});
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  return { wall: (performance.now() - startedAt) / 1000, node: (user + system) / 1e6, peak };
}
