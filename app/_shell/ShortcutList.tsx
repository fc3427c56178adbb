"use client";

import { useId } from "react";
import { Button } from "../_kit/Button.tsx";
import { DialogFrame } from "../_kit/DialogFrame.tsx";
import type { Place } from "./places.ts";

/** Every key and where it leads, and the switch that turns them off. */
export function ShortcutList({ places, isOn, setOn, close }: ShortcutListProps) {
  const switchId = useId();
  return (
    <DialogFrame title="Keyboard shortcuts" width="narrow" close={close}>
      <dl className="space-y-2">
        {places.map(({ key, name }) => (
          <Shortcut key={key} keys={["g", key]} name={name} />
        ))}
        <Shortcut keys={["/"]} name="Search on this page" />
        <Shortcut keys={["?"]} name="These shortcuts" />
      </dl>
      <div className="flex flex-wrap items-center justify-between gap-4 pt-2">
        <label htmlFor={switchId} className="flex items-center gap-2.5 text-sm">
          <input
            id={switchId}
            type="checkbox"
            checked={isOn}
            onChange={(event) => setOn(event.target.checked)}
            className="size-4 accent-accent"
          />
          Enable these shortcuts
        </label>
        <Button onPress={close}>Close</Button>
      </div>
    </DialogFrame>
  );
}

function Shortcut({ keys, name }: { keys: readonly string[]; name: string }) {
  return (
    <div className="flex justify-between gap-6 text-sm">
      <dt className="text-ink-soft">{name}</dt>
      <dd className="flex gap-1">
        {keys.map((key) => (
          <kbd key={key} className="rounded border border-line bg-sunken px-2 py-0.5 font-mono">
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  );
}

interface ShortcutListProps {
  places: readonly Place[];
  isOn: boolean;
  setOn: (isOn: boolean) => void;
  close: () => void;
}
