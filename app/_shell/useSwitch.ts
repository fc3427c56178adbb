"use client";

import { useCallback, useSyncExternalStore } from "react";

/** Something that is on until a person turns it off, for this browser. */
export function useSwitch(name: string): [isOn: boolean, turn: (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(
    listen,
    () => localStorage.getItem(name) !== "off",
    () => true,
  );
  const turn = useCallback(
    (on: boolean) => {
      localStorage.setItem(name, on ? "on" : "off");
      // The browser tells only its other windows.
      window.dispatchEvent(new StorageEvent("storage", { key: name }));
    },
    [name],
  );
  return [isOn, turn];
}

function listen(hear: () => void): () => void {
  window.addEventListener("storage", hear);
  return () => window.removeEventListener("storage", hear);
}
