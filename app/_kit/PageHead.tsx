import type { ReactNode } from "react";
import { TextLink } from "./TextLink.tsx";

/** The top of a page: where it belongs, its title, a sentence, and what can be done. */
export function PageHead({ title, lead, parent, actions, live }: PageHeadProps) {
  return (
    <div className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="min-w-0">
        {(parent || live) && (
          <div className="mb-2 flex items-center gap-x-6 text-sm">
            {parent && <TextLink href={parent.href}>{parent.name}</TextLink>}
            {live}
          </div>
        )}
        <h1 className="text-2xl font-semibold tracking-tight text-balance sm:text-3xl">{title}</h1>
        {lead && <div className="mt-1.5 max-w-2xl text-ink-soft">{lead}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
    </div>
  );
}

interface PageHeadProps {
  title: ReactNode;
  lead?: ReactNode;
  parent?: { href: string; name: string };
  actions?: ReactNode;
  /** Whether the page keeps up with what it shows. */
  live?: ReactNode;
}
