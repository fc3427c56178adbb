import { Counter, Gauge, Registry } from "prom-client";
import type { Context } from "../../context.ts";
import { familiesOf } from "./families.ts";
import { type Family, single } from "./family.ts";
import { readState } from "./readState.ts";

const FRESH_FOR_MS = 5_000;
/** Whoever asks gives up after ten seconds as a rule, and is to learn of the process that the database is away. */
const PATIENCE_MS = 4_000;

/**
 * What the database says of the installation, in the text format of Prometheus. It is read once at a time and at most every
 * five seconds, however many ask. Where it does not answer in time, nothing is said but that.
 */
export function openReport(ctx: Context): () => Promise<string> {
  let current: { text: Promise<string>; freshUntil: number } | undefined;
  const now = () => ctx.clock.now().getTime();

  const read = () => {
    const reading = { text: readText(ctx), freshUntil: Number.POSITIVE_INFINITY };
    void reading.text.then(() => {
      reading.freshUntil = now() + FRESH_FOR_MS;
    });
    return reading;
  };

  return async () => {
    if (!current || now() >= current.freshUntil) current = read();
    const answered = new AbortController();
    const late = ctx.clock.sleep(PATIENCE_MS, answered.signal).then(() => say([databaseUp(false)]));
    return await Promise.race([current.text, late]).finally(() => answered.abort());
  };
}

async function readText(ctx: Context): Promise<string> {
  try {
    return await say([databaseUp(true), ...familiesOf(await readState(ctx))]);
  } catch (error) {
    ctx.log.warn({ event: "metrics.not_read", error });
    return await say([databaseUp(false)]);
  }
}

function databaseUp(isUp: boolean): Family {
  const help = "Whether the database answered. If not, all that it says of the installation is missing.";
  return single("livedash_database_up", help, isUp);
}

async function say(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, type, labels: labelNames, samples } of families) {
    const settings = { name, help, labelNames, registers: [registry] };
    const shown = type === "gauge" ? new Gauge(settings) : new Counter(settings);
    for (const { labels, value } of samples) shown.inc(labels, value);
  }
  return await registry.metrics();
}
