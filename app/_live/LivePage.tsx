"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { LiveState } from "./LiveState.tsx";
import { useEventStream } from "./useEventStream.ts";

const NAMES = ["version", "source"];
const LOOK_AGAIN_MS = 2_000;

/** Keeps the page as the thing is that it shows: when that has another version than `version`, the server draws it anew. */
export function LivePage({ events, version }: { events: string; version: string }) {
  const router = useRouter();
  const newest = useRef(version);
  const [isKeptUp, setKeptUp] = useState(true);
  const stream = useEventStream(events, NAMES, (name, data) => {
    const said: unknown = JSON.parse(data);
    if (name === "source") setKeptUp((said as { works: boolean }).works);
    else if (typeof said === "string") {
      newest.current = said;
      if (said !== version) router.refresh();
    }
  });
  useEffect(() => {
    // Drawn from a moment before the newest: what came meanwhile was told once and is not told again.
    if (newest.current === version) return;
    const timer = setTimeout(() => newest.current !== version && router.refresh(), LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [version, router]);
  return <LiveState stream={stream} isKeptUp={isKeptUp} />;
}
