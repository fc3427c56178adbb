"use client";

import { lazy, Suspense, useState } from "react";
import { Button } from "../_kit/Button.tsx";
import type { Place } from "./places.ts";
import { useShortcutKeys } from "./useShortcutKeys.ts";
import { useSwitch } from "./useSwitch.ts";

const ShortcutList = lazy(async () => ({ default: (await import("./ShortcutList.tsx")).ShortcutList }));

/** Keys for those who do not take their hands off them, and the list of them. Who is hindered by them turns them off. */
export function Shortcuts({ places }: { places: readonly Place[] }) {
  const [isOpen, setOpen] = useState(false);
  const [isOn, setOn] = useSwitch("livedash:shortcuts");
  useShortcutKeys({ isOn, places, showList: () => setOpen(true) });
  return (
    <>
      <Button tone="quiet" opensDialog onPress={() => setOpen(true)}>
        Keyboard shortcuts
      </Button>
      {isOpen && (
        <Suspense>
          <ShortcutList places={places} isOn={isOn} setOn={setOn} close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
