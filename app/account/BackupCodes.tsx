"use client";

import { useEffect, useRef } from "react";
import { Button } from "../_kit/Button.tsx";
import { KeepButtons } from "../_kit/KeepButtons.tsx";
import { warnBeforeLeaving } from "../_kit/ShownInQuestion.tsx";

/** Shown once: the way in without the app. */
export function BackupCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const stopWarning = useRef(() => {});
  useEffect(() => {
    stopWarning.current = warnBeforeLeaving();
    return stopWarning.current;
  }, []);
  const keep = () => {
    stopWarning.current();
    onKept();
  };
  return (
    <div className="space-y-5">
      <p className="text-sm text-ink-soft">
        Keep these somewhere safe. Each code works once if you do not have your authenticator app. They will not be
        shown again.
      </p>
      <ul aria-label="Backup codes" className="id grid grid-cols-2 gap-2 rounded-lg bg-sunken p-4 text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <KeepButtons name="Backup codes" text={codes.join("\n")} />
      <Button tone="strong" onPress={keep}>
        I have saved them
      </Button>
    </div>
  );
}
