import type { Copied } from "../../lib/installation/signs.ts";
import { COPIED_ADVICE, describeCopied } from "../../lib/installation/signs.ts";
import { ToneIcon } from "../_ui/StatusLabel.tsx";

/** Says that nothing goes on: this database is a copy, or was set back, and somebody has to say which one it is. */
export function CopiedBanner({ copied }: { copied: Copied }) {
  return (
    <aside aria-label="This database is a copy" className="border-b border-failed bg-surface">
      <p className="mx-auto flex max-w-[96rem] items-start gap-2.5 px-5 py-2.5 text-sm text-ink sm:px-8">
        <span className="mt-0.5">
          <ToneIcon tone="failed" />
        </span>
        <span>
          <strong className="font-medium">{describeCopied(copied)}</strong> {COPIED_ADVICE}
        </span>
      </p>
    </aside>
  );
}
