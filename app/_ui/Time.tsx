"use client";

import { createContext, type ReactNode, useContext } from "react";
import { exactUtc, longTime, shortTime, timeToTheSecond } from "../_words/times.ts";

const Zone = createContext("UTC");

/** The one zone, by its IANA name, in which everything within tells the time. */
export function Clock({ zone, children }: { zone: string; children: ReactNode }) {
  return <Zone value={zone}>{children}</Zone>;
}

export function useZone(): string {
  return useContext(Zone);
}

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
