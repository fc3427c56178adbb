"use client";

import { Button } from "../_kit/Button.tsx";

/** Shown once: the way in without the app. */
export function BackupCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  return (
    <div className="space-y-5">
      <p className="text-sm text-ink-soft">
        Keep these somewhere safe. Each lets you in once when the app is not at hand. They are not shown again.
      </p>
      <ul aria-label="Backup codes" className="grid grid-cols-2 gap-2 rounded-lg bg-sunken p-4 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button tone="strong" onPress={onKept}>
        I have kept them
      </Button>
    </div>
  );
}
