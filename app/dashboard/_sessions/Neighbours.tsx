import { LinkButton } from "../../_kit/LinkButton.tsx";
import { address } from "../../_kit/search.ts";
import { SESSIONS } from "../_filter/filter.ts";

interface NeighboursProps {
  newer: string | null;
  older: string | null;
  /** The list that they stand in, whose filter stays. */
  list: Readonly<Record<string, string | undefined>>;
}

/** To the sessions before and after this one in the list, newest first. */
export function Neighbours({ newer, older, list }: NeighboursProps) {
  if (newer === null && older === null) return null;
  const to = (id: string) => address(`${SESSIONS}/${id}`, list);
  return (
    <nav aria-label="Sessions of this list" className="flex gap-3">
      {newer !== null && <LinkButton href={to(newer)}>Previous session</LinkButton>}
      {older !== null && <LinkButton href={to(older)}>Next session</LinkButton>}
    </nav>
  );
}
