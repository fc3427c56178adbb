import { LinkButton } from "./LinkButton.tsx";
import { address } from "./search.ts";

/** The way on through a list, and back to its beginning. The state is the address, so "back" works as everywhere. */
export function Pager({ path, query, nextCursor }: PagerProps) {
  const isFirst = query.cursor === undefined;
  if (isFirst && nextCursor === null) return null;
  return (
    <nav aria-label="Pages" className="mt-5 flex justify-between gap-4">
      {isFirst ? <span /> : <LinkButton href={address(path, { ...query, cursor: undefined })}>First page</LinkButton>}
      {nextCursor !== null && <LinkButton href={address(path, { ...query, cursor: nextCursor })}>Next page</LinkButton>}
    </nav>
  );
}

interface PagerProps {
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  nextCursor: string | null;
}
