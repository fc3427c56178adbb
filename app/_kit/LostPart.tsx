"use client";

import { useEffect, useState } from "react";
import { buttonClass } from "./buttonClass.ts";

/** Stands where a part of the page could not be fetched: says why, and what helps. */
export function LostPart({ close }: { close: () => void }) {
  const [isUpdated, setUpdated] = useState<boolean>();
  useEffect(() => {
    // A server that answers has another version by now; else nobody answers.
    fetch("/api/health", { cache: "no-store" }).then(
      ({ ok }) => setUpdated(ok),
      () => setUpdated(false),
    );
  }, []);
  return (
    <div role="alert" className="fixed inset-x-0 bottom-6 z-30 flex justify-center px-4">
      {isUpdated !== undefined && (
        <div className="flex flex-wrap items-center gap-4 rounded-lg border border-partial bg-surface px-4 py-3 shadow-lg">
          <p className="text-sm font-medium">
            {isUpdated
              ? "LiveDash has been updated. Reload the page."
              : "LiveDash is not responding. Check your connection, then try again."}
          </p>
          {isUpdated ? (
            <button type="button" onClick={() => location.reload()} className={buttonClass("strong")}>
              Reload
            </button>
          ) : (
            <button type="button" onClick={close} className={buttonClass("plain")}>
              Close
            </button>
          )}
        </div>
      )}
    </div>
  );
}
