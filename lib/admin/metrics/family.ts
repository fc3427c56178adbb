/** One name, what it says, and its samples. */
export interface Family {
  name: `livedash_${string}`;
  help: string;
  /** A counter only rises, until it starts anew. */
  type: "gauge" | "counter";
  /** The names of the labels that each sample has. */
  labels: readonly string[];
  samples: readonly Sample[];
}

interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What there is one of. */
export function single(name: Family["name"], help: string, value: number | boolean): Family {
  return { name, help, type: "gauge", labels: [], samples: [{ labels: {}, value: Number(value) }] };
}

/** A number for each value of a label. Those that nobody knows are left out. */
export function gaugeBy(
  label: string,
  name: Family["name"],
  help: string,
  values: Readonly<Record<string, number | undefined>>,
): Family {
  const samples = Object.entries(values).flatMap(([each, value]) =>
    value === undefined ? [] : [{ labels: { [label]: each }, value }],
  );
  return { name, help, type: "gauge", labels: [label], samples };
}
