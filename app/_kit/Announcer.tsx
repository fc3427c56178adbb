"use client";

import { useEffect, useState } from "react";
import { ToneIcon } from "../_ui/StatusLabel.tsx";

const EVENT = "livedash:announce";
const SHOWN_MS = 8_000;

/** Says that something was done: shown at the bottom for a while, and read out. */
export function announce(text: string): void {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: text }));
}

/** Where announcements appear; stands once on every page. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (event: Event) => {
      if (!(event instanceof CustomEvent)) return;
      setText(String(event.detail));
      clearTimeout(timer);
      timer = setTimeout(() => setText(""), SHOWN_MS);
    };
    window.addEventListener(EVENT, hear);
    return () => {
      clearTimeout(timer);
      window.removeEventListener(EVENT, hear);
    };
  }, []);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-6 z-30 flex justify-center px-4"
    >
      {text && (
        <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-4 py-3 text-sm font-medium text-ink shadow-lg">
          <ToneIcon tone="done" />
          {text}
        </p>
      )}
    </div>
  );
}
