"use client";

import { useState } from "react";
import { Button } from "../_kit/Button.tsx";
import { LostPart } from "../_kit/LostPart.tsx";
import { later, useLater } from "../_kit/later.ts";
import type { Place } from "./places.ts";
import { useShortcutKeys } from "./useShortcutKeys.ts";
import { useSwitch } from "./useSwitch.ts";

const shortcutList = later(async () => (await import("./ShortcutList.tsx")).ShortcutList);

/** Keys for those who do not take their hands off them, and the list of them. Who is hindered by them turns them off. */
export function Shortcuts({ places }: { places: readonly Place[] }) {
  const [isOpen, setOpen] = useState(false);
  const [isOn, setOn] = useSwitch("livedash:shortcuts");
  const { Part: ShortcutList, isLost } = useLater(shortcutList, isOpen);
  const close = () => setOpen(false);
  useShortcutKeys({ isOn, places, showList: () => setOpen(true) });
  return (
    <>
      <Button tone="quiet" opensDialog onPress={() => setOpen(true)}>
        Keyboard shortcuts
      </Button>
      {isOpen && ShortcutList && <ShortcutList places={places} isOn={isOn} setOn={setOn} close={close} />}
      {isOpen && isLost && <LostPart close={close} />}
    </>
  );
}
