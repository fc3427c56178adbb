"use client";

import { useSyncExternalStore } from "react";

/** False in what the server sends, and true as soon as the page's script answers to what is pressed. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
}

function neverChanges(): () => void {
  return () => {};
}
