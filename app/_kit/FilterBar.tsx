"use client";

import { useRouter } from "next/navigation";
import type { FormEvent, ReactNode } from "react";
import { Button } from "./Button.tsx";
import { formValues } from "./formValues.ts";
import { LinkButton } from "./LinkButton.tsx";
import { address } from "./search.ts";

/** Filters of a list, whose state is the address. Without script the browser sends the form, and the server tidies the address. */
export function FilterBar({ path, label, isFiltered, children }: FilterBarProps) {
  const router = useRouter();
  const show = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    router.push(address(path, meaningful(event.currentTarget)));
  };
  return (
    <form
      action={path}
      method="get"
      onSubmit={show}
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

/** What was filled in. A field with `data-goes-with` means nothing without one of the fields that it names. */
function meaningful(form: HTMLFormElement): Record<string, string> {
  const values = formValues(form);
  for (const { name, dataset } of form.querySelectorAll<HTMLInputElement>("[data-goes-with]")) {
    if (!dataset.goesWith?.split(" ").some((other) => other in values)) delete values[name];
  }
  return values;
}

interface FilterBarProps {
  path: string;
  label: string;
  isFiltered: boolean;
  children: ReactNode;
}
