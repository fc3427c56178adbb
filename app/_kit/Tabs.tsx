import Link from "next/link";
import type { ReactNode } from "react";

export interface Tab {
  href: string;
  name: ReactNode;
  isHere: boolean;
}

/** Views of one list, each with an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="mb-6">
      <ul className="flex flex-wrap gap-2">
        {tabs.map(({ href, name, isHere }) => (
          <li key={href}>
            <Link
              href={href}
              prefetch={false}
              {...(isHere ? { "aria-current": "page" as const } : {})}
              className={`inline-flex min-h-10 items-center gap-2 rounded-lg border px-4 py-1.5 text-sm ${isHere ? "border-ink bg-surface font-medium text-ink" : "border-line text-ink-soft hover:bg-surface hover:text-ink"}`}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
