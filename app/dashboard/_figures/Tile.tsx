import Link from "next/link";
import { inGroups, share } from "../../_words/numbers.ts";

/** A figure large enough to be read from afar. It leads to its sessions. */
export function Tile({ name, count, whole, href }: TileProps) {
  return (
    <li className="min-w-0 rounded-xl border border-line bg-surface">
      <Link href={href} prefetch={false} className="group block p-5">
        <span className="block text-sm text-ink-soft underline decoration-line underline-offset-4 group-hover:decoration-current">
          {name}
        </span>{" "}
        <span className="mt-1 flex flex-wrap items-baseline gap-x-3">
          <span className="text-3xl font-semibold tracking-tight tabular-nums">{inGroups(count)}</span>{" "}
          {whole !== undefined && <span className="text-sm text-ink-faint tabular-nums">{share(count, whole)}</span>}
        </span>
      </Link>
    </li>
  );
}

interface TileProps {
  name: string;
  count: number;
  /** What the share is a share of; none is shown without it. */
  whole?: number;
  href: string;
}
