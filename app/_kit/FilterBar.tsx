import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { LinkButton } from "./LinkButton.tsx";

/** Filters of a list: a form that needs no script, and whose state is the address. */
export function FilterBar({ path, label, isFiltered, children }: FilterBarProps) {
  return (
    <form
      action={path}
      method="get"
      aria-label={label}
      className="mb-6 rounded-xl border border-line bg-surface p-4 sm:p-5"
    >
      <div className="grid gap-4 sm:grid-cols-2 wide:grid-cols-4">{children}</div>
      <div className="mt-4 flex flex-wrap gap-3">
        <Button type="submit" needsScript={false} tone="strong">
          Show
        </Button>
        {isFiltered && <LinkButton href={path}>Clear filters</LinkButton>}
      </div>
    </form>
  );
}

interface FilterBarProps {
  path: string;
  label: string;
  isFiltered: boolean;
  children: ReactNode;
}
