"use client";

import { useRouter } from "next/navigation";
import { useEffectEvent, useLayoutEffect } from "react";
import type { Place } from "./places.ts";

const GO_WITHIN_MS = 1_500;

/** `g` and a letter lead to a place, `/` to the search, `?` to the list of keys; none of them while somebody writes. */
export function useShortcutKeys({ isOn, places, showList }: ShortcutKeys): void {
  const router = useRouter();
  const go = useEffectEvent((key: string) => {
    const place = places.find((one) => one.key === key);
    if (place) router.push(place.href);
    return place !== undefined;
  });
  const open = useEffectEvent(showList);

  // Before the page is painted: who sees it may press a key at once.
  useLayoutEffect(() => {
    if (!isOn) return;
    let goUntil = 0;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const isGoing = goUntil > event.timeStamp;
      goUntil = event.key === "g" && !isGoing ? event.timeStamp + GO_WITHIN_MS : 0;
      if (isGoing && go(event.key)) return;
      if (event.key === "?") open();
      else if (event.key === "/") focusSearch(event);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [isOn]);
}

interface ShortcutKeys {
  isOn: boolean;
  places: readonly Place[];
  showList: () => void;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [role=dialog]") !== null;
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>("[data-shortcut=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}
