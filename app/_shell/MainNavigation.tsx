import Link from "next/link";
import { PLACES } from "./navigation.ts";

export function MainNavigation() {
  if (PLACES.length < 2) return null;
  return (
    <nav aria-label="Main">
      <ul className="flex flex-wrap gap-x-6 gap-y-1">
        {PLACES.map(({ href, name }) => (
          <li key={href}>
            <Link
              href={href}
              prefetch={false}
              className="text-ink-soft underline-offset-4 hover:text-ink hover:underline"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
