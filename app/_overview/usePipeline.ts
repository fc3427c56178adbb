"use client";

import { useCallback, useState } from "react";
import type { Overview } from "../../lib/admin/readOverview.ts";
import { type StreamState, useEventStream } from "../_live/useEventStream.ts";
import { PART_NAMES, type PipelineParts } from "./pipelineParts.ts";

export interface Pipeline {
  overview: Overview;
  stream: StreamState;
  /** False while the server is there and its database does not answer. */
  isKeptUp: boolean;
}

/** The overview as the page was made with it, kept up to date. */
export function usePipeline(initial: Overview): Pipeline {
  const [overview, setOverview] = useState(initial);
  const [isKeptUp, setKeptUp] = useState(true);
  const receive = useCallback((name: string, data: string) => {
    const part: Partial<Overview & PipelineParts["source"]> = JSON.parse(data);
    if (name === "source") setKeptUp(part.works ?? true);
    else setOverview((before) => ({ ...before, ...part }));
  }, []);
  const stream = useEventStream("/api/pipeline/events", PART_NAMES, receive);
  return { overview, stream, isKeptUp };
}
