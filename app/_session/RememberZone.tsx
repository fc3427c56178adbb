"use client";

import { useEffect } from "react";
import { ZONE_COOKIE } from "./zoneCookie.ts";

const YEAR_SECONDS = 365 * 86_400;

/** Tells the server the browser's zone, for the pages that come: the one that is there already keeps its clock. */
export function RememberZone() {
  useEffect(() => {
    const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
    const secure = location.protocol === "https:" ? "; Secure" : "";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
    document.cookie = `${ZONE_COOKIE}=${zone}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
  }, []);
  return null;
}
