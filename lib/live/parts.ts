/** The newest state of every part of a feed, as server-sent events. */
export interface Parts {
  /** The events of the parts that differ from what was taken before; empty when none does. */
  take(parts: Record<string, unknown>): string;
  /** The events of all parts. */
  all(): string;
  clear(): void;
}

export function createParts(): Parts {
  const newest = new Map<string, string>();
  return {
    take(parts) {
      const changed = Object.entries(parts)
        .map(([name, value]) => ({ name, data: JSON.stringify(value) }))
        .filter(({ name, data }) => newest.get(name) !== data);
      for (const { name, data } of changed) newest.set(name, data);
      return changed.map(({ name, data }) => eventOf(name, data)).join("");
    },
    all: () => [...newest].map(([name, data]) => eventOf(name, data)).join(""),
    clear: () => newest.clear(),
  };
}

/** JSON has no line break outside its strings' escapes, so one `data` line holds all of it. */
function eventOf(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
