import type { Clock } from "../clock.ts";

/** What this process expects of itself, and what of that is overdue. */
export interface Pulse {
  /** From now on `what` is expected again within so many milliseconds; once it is late, `fault` is true: a sentence for operators. */
  expect(what: string, withinMs: number, fault: string): void;
  /** Nothing is expected of it any more. */
  forget(what: string): void;
  faults(): string[];
}

export function openPulse(clock: Clock): Pulse {
  const expected = new Map<string, AbortController>();
  const late = new Map<string, string>();
  const forget = (what: string) => {
    expected.get(what)?.abort();
    expected.delete(what);
    late.delete(what);
  };
  return {
    expect: (what, withinMs, fault) => {
      forget(what);
      const waiting = new AbortController();
      expected.set(what, waiting);
      // Slept, not reckoned: a database whose clock is set ahead makes nothing late.
      void clock.sleep(withinMs, waiting.signal).then(() => {
        if (!waiting.signal.aborted) late.set(what, fault);
      });
    },
    forget,
    faults: () => [...late.values()],
  };
}

/** Whether the schedulers of this process keep to their times; if not, or if it is stopping, why in a sentence. */
export function readHealth({ stopping, pulse }: { stopping: AbortSignal; pulse?: Pulse }): {
  ok: boolean;
  reason?: string;
} {
  if (stopping.aborted) return { ok: false, reason: "This process is stopping." };
  const faults = pulse?.faults() ?? [];
  return faults.length === 0 ? { ok: true } : { ok: false, reason: faults.join(" ") };
}
