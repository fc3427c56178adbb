/** A metric as it is read: its type, and the labels and value of each sample. */
export interface Metric {
  type: string;
  help: string;
  labels: Set<string>;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const SUFFIXES = /_(bucket|sum|count)$/;

/** Reads the text format of Prometheus. What it does not allow is an error. */
export function readMetricsText(text: string): Map<string, Metric> {
  const metrics = new Map<string, Metric>();
  for (const line of text.split("\n").filter(Boolean)) {
    const [, kind, named, rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP" && named) {
      if (metrics.has(named)) throw new Error(`${named} comes twice`);
      metrics.set(named, { type: "", help: rest, labels: new Set(), samples: [] });
      continue;
    }
    if (kind === "TYPE" && named) {
      const metric = metrics.get(named);
      if (!metric) throw new Error(`No HELP before ${line}`);
      metric.type = rest;
      continue;
    }
    const [, name = "", labels = "", value] = /^([a-z_:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const metric = metrics.get(name) ?? metrics.get(name.replace(SUFFIXES, ""));
    if (!metric || value === undefined) throw new Error(`Not a sample: ${line}`);
    const read = Object.fromEntries([...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key, text]) => [key, text]));
    for (const label of Object.keys(read)) if (label !== "le") metric.labels.add(label);
    metric.samples.push({ name, labels: read as Record<string, string>, value: Number(value) });
  }
  return metrics;
}

/** The value of the sample with these labels. */
export function readValue(metrics: Map<string, Metric>, name: string, labels: Record<string, string> = {}): number {
  const metric = metrics.get(name) ?? metrics.get(name.replace(SUFFIXES, ""));
  const found = metric?.samples.find(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  if (!found) throw new Error(`There is no ${name} with ${JSON.stringify(labels)}`);
  return found.value;
}
