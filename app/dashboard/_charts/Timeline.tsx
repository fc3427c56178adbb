"use client";

import { createContext, type ReactNode, useContext } from "react";

interface TimelineParts {
  /** The days, weeks or months, in order. */
  parts: readonly { from: string; to: string }[];
  bucket: "day" | "week" | "month";
  /** The filter that all figures below share. */
  filter: Readonly<Record<string, string>>;
}

const Parts = createContext<TimelineParts>({ parts: [], bucket: "day", filter: {} });

/** What the bars below stand over: said once for all of them. */
export function Timeline({ children, ...parts }: TimelineParts & { children: ReactNode }) {
  return <Parts value={parts}>{children}</Parts>;
}

export function useTimeline(): TimelineParts {
  return useContext(Parts);
}
