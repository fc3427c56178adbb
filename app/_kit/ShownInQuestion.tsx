"use client";

import { type ReactNode, useEffect, useState } from "react";
import { Button } from "./Button.tsx";
import { DialogFrame } from "./DialogFrame.tsx";

/** What came of a question and is seen only now. Whoever closes it without having kept it is asked once more. */
export function ShownInQuestion({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const [isLeaving, setLeaving] = useState(false);
  useEffect(warnBeforeLeaving, []);
  return (
    <DialogFrame title={title} close={() => setLeaving(true)}>
      <div className="space-y-5">
        {children}
        {isLeaving ? (
          <div role="alert" className="space-y-3 rounded-lg border border-partial px-4 py-3">
            <p className="font-medium">It will not be shown again. Have you saved it?</p>
            <div className="flex flex-wrap justify-end gap-3">
              <Button onPress={() => setLeaving(false)}>Not yet</Button>
              <Button tone="danger" onPress={close}>
                Close anyway
              </Button>
            </div>
          </div>
        ) : (
          <div className="flex justify-end">
            <Button tone="strong" onPress={close}>
              I have saved it
            </Button>
          </div>
        )}
      </div>
    </DialogFrame>
  );
}

/** The browser asks before the page is left, or loaded anew. */
export function warnBeforeLeaving(): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
}
