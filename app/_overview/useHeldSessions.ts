"use client";

import { useState } from "react";
import type { SessionRow } from "../../lib/admin/latestSessions.ts";

export interface HeldSessions {
  shown: readonly SessionRow[];
  /** How many of the newest are not shown yet. */
  newer: number;
  showNewest(): void;
}

/** Sessions stay where they are while someone reads them; newer ones come when asked for. An empty list fills at once. */
export function useHeldSessions(latest: readonly SessionRow[]): HeldSessions {
  const [held, setHeld] = useState(latest);
  const shown = held.length === 0 ? latest : held;
  if (held !== shown) setHeld(shown);
  const known = new Map(shown.map((session) => [session.id, session.analysedAt]));
  const newer = latest.filter((session) => known.get(session.id) !== session.analysedAt).length;
  return { shown, newer, showNewest: () => setHeld(latest) };
}
