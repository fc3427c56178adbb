"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const EVERY_MS = 2_000;

/** Keeps the page fresh as long as it stands on it. */
export function WhileRunning() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), EVERY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return <p className="mb-6 text-ink-soft">Its rows are being read. The numbers below rise as they are.</p>;
}
