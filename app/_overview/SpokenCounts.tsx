"use client";

import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 15_000;

/** Tells a screen reader how things stand when that changes, and not more often than one can listen to. */
export function SpokenCounts({ text }: { text: string }) {
  const [spoken, setSpoken] = useState("");
  const newest = useRef(text);

  useEffect(() => {
    newest.current = text;
  }, [text]);

  useEffect(() => {
    const first = newest.current;
    const timer = setInterval(() => {
      setSpoken((before) => (before === "" && newest.current === first ? before : newest.current));
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, []);

  return (
    <p aria-live="polite" className="sr-only">
      {spoken}
    </p>
  );
}
