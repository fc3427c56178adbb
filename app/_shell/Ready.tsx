"use client";

import { useEffect } from "react";

/**
 * Says on the document that the page's script has taken over. Effects run in the order of the page, and this stands last on it:
 * everything before it listens by then. Programs that press keys wait for `html[data-ready]`.
 */
export function Ready() {
  useEffect(() => {
    document.documentElement.dataset.ready = "";
  }, []);
  return null;
}
