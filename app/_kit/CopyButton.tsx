"use client";

import { useHydrated } from "../_ui/useHydrated.ts";
import { announce } from "./Announcer.tsx";

/** Copies a text. `name` says which, to who hears the page. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce("Copied.");
    } catch {
      announce("Your browser does not allow copying here. Select the text instead.");
    }
  };
  return (
    <button
      type="button"
      aria-label={`Copy ${name}`}
      title="Copy"
      disabled={!useHydrated()}
      onClick={() => void copy()}
      className="-my-0.5 inline-grid size-6 shrink-0 place-items-center rounded text-ink-faint hover:bg-sunken hover:text-ink"
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
      >
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 3.5v-.2A1.3 1.3 0 0 0 9.2 2H3.3A1.3 1.3 0 0 0 2 3.3v5.9a1.3 1.3 0 0 0 1.3 1.3h.2" />
      </svg>
    </button>
  );
}
