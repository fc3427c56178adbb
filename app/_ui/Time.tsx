"use client";

import { exactUtc, longTime, shortTime, timeToTheSecond } from "../_words/times.ts";
import { useZone } from "./Clock.tsx";

/** A time by the page's clock; hovering shows it exactly, in UTC. */
export function Time({ iso, withYear = false, withSeconds = false }: TimeProps) {
  const write = withSeconds ? timeToTheSecond : withYear ? longTime : shortTime;
  return (
    <time dateTime={iso} title={exactUtc(iso)} className="whitespace-nowrap tabular-nums">
      {write(iso, useZone())}
    </time>
  );
}

interface TimeProps {
  iso: string;
  withYear?: boolean;
  withSeconds?: boolean;
}
