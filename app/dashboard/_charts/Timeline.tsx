"use client";

import { createContext, type ReactNode, useContext } from "react";

/** What one bar stands for. */
export interface Column {
  name: string;
  /** What tells its sessions from those of the other bars. */
  filter: Readonly<Record<string, string>>;
}

interface TimelineColumns {
  /** In order, from left to right. */
  columns: readonly Column[];
  /** What one of them is: a day, a week, an hour of the day. */
  unit: string;
  /** The filter that all figures below share, with their period. */
  filter: Readonly<Record<string, string>>;
}

const Columns = createContext<TimelineColumns>({ columns: [], unit: "day", filter: {} });

/** What the bars below stand over: said once for all of them. */
export function Timeline({ children, ...columns }: TimelineColumns & { children: ReactNode }) {
  return <Columns value={columns}>{children}</Columns>;
}

export function useTimeline(): TimelineColumns {
  return useContext(Columns);
}
