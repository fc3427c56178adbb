"use client";

import { useSyncExternalStore } from "react";
import { exactUtc, longTime, shortTime } from "../_words/times.ts";

/** A time in the viewer's own zone; hovering shows it exactly, in UTC. Just as wide before the zone is known. */
export function Time({ iso, withYear = false }: { iso: string; withYear?: boolean }) {
  const write = withYear ? longTime : shortTime;
  const text = useSyncExternalStore(
    neverChanges,
    () => write(iso, "own"),
    () => write(iso, "UTC"),
  );
  return (
    <time dateTime={iso} title={exactUtc(iso)} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  );
}

function neverChanges(): () => void {
  return () => {};
}
