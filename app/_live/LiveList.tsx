"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { LiveState } from "./LiveState.tsx";
import { useEventStream } from "./useEventStream.ts";

const NAMES = {
  batches: ["batches", "source"],
  requests: ["requests", "source"],
  imports: ["imports", "source"],
} as const;
/** A list is read row by row: it does not change faster than that. */
const REFRESH_EVERY_MS = 3_000;

/** Keeps a list fresh: the server draws it anew when what it lists has moved. */
export function LiveList({ of }: { of: keyof typeof NAMES }) {
  const router = useRouter();
  const known = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isKeptUp, setKeptUp] = useState(true);
  const stream = useEventStream("/api/admin/pipeline/events", NAMES[of], (name, data) => {
    if (name === "source") {
      setKeptUp((JSON.parse(data) as { works: boolean }).works);
      return;
    }
    const isFirst = known.current === undefined;
    if (known.current === data) return;
    known.current = data;
    if (isFirst) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      router.refresh();
    }, REFRESH_EVERY_MS);
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return <LiveState stream={stream} isKeptUp={isKeptUp} />;
}
