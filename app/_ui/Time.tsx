"use client";

import { exactUtc, longTime, shortTime } from "../_words/times.ts";
import { useHydrated } from "./useHydrated.ts";

/** A time in the viewer's own zone; hovering shows it exactly, in UTC. Just as wide before the zone is known. */
export function Time({ iso, withYear = false }: { iso: string; withYear?: boolean }) {
  const write = withYear ? longTime : shortTime;
  const text = write(iso, useHydrated() ? "own" : "UTC");
  return (
    <time dateTime={iso} title={exactUtc(iso)} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  );
}
