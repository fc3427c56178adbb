"use client";

import { useRef, useState } from "react";
import type { Outcome } from "./callApi.ts";

/** Work that a person starts: whether it is under way, and why it was refused the last time. */
export function useAction(): {
  isPending: boolean;
  refusal: string | undefined;
  /** Runs `work`; answers what it came to, or undefined if it was refused, or if earlier work is still under way. */
  run<T>(work: () => Promise<Outcome<T>>): Promise<T | undefined>;
} {
  const [isPending, setPending] = useState(false);
  const isRunning = useRef(false);
  const [refusal, setRefusal] = useState<string>();
  return {
    isPending,
    refusal,
    run: async (work) => {
      if (isRunning.current) return undefined;
      isRunning.current = true;
      setPending(true);
      setRefusal(undefined);
      const outcome = await work();
      isRunning.current = false;
      setPending(false);
      if (outcome.ok) return outcome.answer;
      setRefusal(outcome.message);
      return undefined;
    },
  };
}
