"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const EVERY_MS = 3_000;

/** Has the server draw the page anew every few seconds, as long as something of it goes on and somebody can see it. */
export function RefreshWhile({ goesOn }: { goesOn: boolean }) {
  const router = useRouter();
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [goesOn, router]);
  return null;
}
