"use client";

import { useEffect, useState } from "react";

const TICK_MS = 5_000;

/** The server's time in milliseconds, moving on from when it said what time it was, whatever the viewer's clock says. */
export function useServerNow(said: string): number {
  const [now, setNow] = useState(() => Date.parse(said));
  useEffect(() => {
    const ahead = Date.parse(said) - Date.now();
    const timer = setInterval(() => setNow(Date.now() + ahead), TICK_MS);
    return () => clearInterval(timer);
  }, [said]);
  return now;
}
