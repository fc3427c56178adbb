import { LinkButton } from "../../_kit/LinkButton.tsx";
import { address } from "../../_kit/search.ts";
import type { Filter } from "../_filter/filter.ts";
import { PrintButton } from "./PrintButton.tsx";

interface TakeAwayProps {
  /** With the period. */
  filter: Filter;
  bucket: string;
}

/** The figures as a file, and on paper. */
export function TakeAway({ filter, bucket }: TakeAwayProps) {
  return (
    <>
      <LinkButton href={address("/api/company/figures/export", { ...filter, bucket })} download>
        Export figures as CSV
      </LinkButton>
      <PrintButton />
    </>
  );
}
