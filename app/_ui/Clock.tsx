"use client";

import { createContext, type ReactNode, useContext } from "react";

const Zone = createContext("UTC");

/** The one zone, by its IANA name, in which everything within tells the time. */
export function Clock({ zone, children }: { zone: string; children: ReactNode }) {
  return <Zone value={zone}>{children}</Zone>;
}

export function useZone(): string {
  return useContext(Zone);
}
