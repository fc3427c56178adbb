"use client";

import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import type { Place } from "./places.ts";

/** The main places in a row, which a phone scrolls: where one is, is always in sight. */
export function MainNavigation({ places }: { places: readonly Place[] }) {
  const path = usePathname();
  const row = useRef<HTMLElement>(null);
  const home = places[0]?.href;
  const here = places.find(({ href }) => (href === home ? path === href : `${path}/`.startsWith(`${href}/`)));

  useEffect(() => {
    const link = here && row.current?.querySelector<HTMLElement>("[aria-current]");
    // Not scrollIntoView: the next press of Tab would begin there.
    if (row.current && link)
      row.current.scrollLeft = link.offsetLeft - (row.current.clientWidth - link.offsetWidth) / 2;
  }, [here]);

  return (
    <nav ref={row} aria-label="Main" className="relative -mx-2 overflow-x-auto">
      <ul className="flex gap-x-1 pb-1">
        {places.map((place) => (
          <li key={place.href}>
            <Link
              href={place.href}
              prefetch={false}
              {...(place === here ? { "aria-current": "page" as const } : {})}
              className={`relative block border-b-2 px-2 py-2 text-sm whitespace-nowrap focus-visible:-outline-offset-3 ${place === here ? "border-accent font-medium text-ink" : "border-transparent text-ink-soft hover:text-ink"}`}
            >
              {place.name}
              <OnTheWay />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Where a page takes its time, the place that was pressed says that it comes; the page before stays until then. */
function OnTheWay() {
  const { pending } = useLinkStatus();
  return (
    <span
      aria-hidden="true"
      data-on-the-way={pending}
      className={`pointer-events-none absolute inset-x-0 -bottom-0.5 h-0.5 bg-accent ${pending ? "transition-opacity delay-150" : "opacity-0"}`}
    />
  );
}
