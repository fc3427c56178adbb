import Link from "next/link";
import { inGroups, share } from "../../_words/numbers.ts";
import { Change } from "../_charts/Change.tsx";

/** A figure large enough to be read from afar. It leads to its sessions, if there are any. */
export function Tile({ name, count, before, whole, href }: TileProps) {
  const content = (
    <>
      <span
        className={`block text-sm text-ink-soft ${count > 0 ? "underline decoration-line underline-offset-4 group-hover:decoration-current" : ""}`}
      >
        {name}
      </span>{" "}
      <span className="mt-1 flex flex-wrap items-baseline gap-x-3">
        <span className="text-3xl font-semibold tracking-tight tabular-nums">{inGroups(count)}</span>{" "}
        {whole !== undefined && <span className="text-sm text-ink-faint tabular-nums">{share(count, whole)}</span>}
      </span>
      {before !== undefined && (
        <span className="mt-1 block text-sm">
          {" "}
          <Change now={count} before={before} />
        </span>
      )}
    </>
  );
  return (
    <li className="min-w-0 rounded-xl border border-line bg-surface">
      {count > 0 ? (
        <Link href={href} prefetch={false} className="group block p-5">
          {content}
        </Link>
      ) : (
        <div className="p-5">{content}</div>
      )}
    </li>
  );
}

interface TileProps {
  name: string;
  count: number;
  /** How many there were in the period before, if that is compared. */
  before?: number | undefined;
  /** What the share is a share of; none is shown without it. */
  whole?: number;
  href: string;
}
