"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { type StreamState, useEventStream } from "../_live/useEventStream.ts";
import { PART_NAMES, type Pipeline } from "./pipeline.ts";

/** However fast events come, the page is drawn anew this often at most: eyes read no faster. */
const DRAW_EVERY_MS = 250;

interface FollowedPipeline {
  pipeline: Pipeline;
  stream: StreamState;
  /** False while the server is there and its database does not answer. */
  isKeptUp: boolean;
}

/** The pipeline as the page was made with it, kept up to date. */
export function usePipeline(initial: Pipeline): FollowedPipeline {
  const [pipeline, setPipeline] = useState(initial);
  const [isKeptUp, setKeptUp] = useState(true);
  const newest = useRef(new Map<string, string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const draw = useCallback(() => {
    timer.current = undefined;
    const { source, ...parts } = Object.fromEntries(
      Array.from(newest.current, ([name, data]) => [name, JSON.parse(data)]),
    );
    newest.current.clear();
    if (source) setKeptUp(source.works);
    setPipeline((before) => ({ ...before, ...parts }));
  }, []);

  const receive = useCallback(
    (name: string, data: string) => {
      newest.current.set(name, data);
      timer.current ??= setTimeout(draw, DRAW_EVERY_MS);
    },
    [draw],
  );

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  const stream = useEventStream("/api/admin/pipeline/events", PART_NAMES, receive);
  return { pipeline, stream, isKeptUp };
}
