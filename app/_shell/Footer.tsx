"use client";

import { useZone } from "../_ui/Time.tsx";
import type { Place } from "./places.ts";
import { Shortcuts } from "./Shortcuts.tsx";

export function Footer({ places }: { places: readonly Place[] }) {
  const zone = useZone();
  return (
    <footer className="mx-auto flex min-h-24 max-w-[96rem] flex-wrap items-center justify-between gap-x-8 gap-y-2 px-5 pb-10 text-sm text-ink-faint sm:px-8">
      <p>{zone === "UTC" ? "Times are in UTC." : `Times are in ${zone}. Hover over one to see it in UTC.`}</p>
      {places.length > 0 && (
        <div className="-mx-4">
          <Shortcuts places={places} />
        </div>
      )}
    </footer>
  );
}
