"use client";

import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useHydrated } from "../_ui/useHydrated.ts";
import { type ButtonTone, buttonClass } from "./buttonClass.ts";

interface ButtonProps {
  children: ReactNode;
  tone?: ButtonTone;
  type?: "button" | "submit";
  /** Tells the buttons of a form apart. */
  value?: string;
  isDisabled?: boolean;
  /** Its work is under way: it looks so, and keeps the focus; useAction takes no second press meanwhile. */
  isPending?: boolean;
  opensDialog?: boolean;
  /** False in forms that the browser itself sends; all other buttons wait for the page's script. */
  needsScript?: boolean;
  onPress?: () => void;
}

export function Button(props: ButtonProps) {
  const { children, tone = "plain", type = "button", isDisabled, isPending, opensDialog, onPress, value } = props;
  // Sooner, a press would be lost, and the browser would put a form's fields, a password too, into the address.
  const isWaiting = !useHydrated() && (props.needsScript ?? true);
  return (
    <AriaButton
      type={type}
      isDisabled={isDisabled || isWaiting}
      // Not the library's own isPending: what it reads out loud points at a button that may be gone by then.
      {...(isPending ? { "data-busy": true } : {})}
      {...(opensDialog ? { "aria-haspopup": "dialog" } : {})}
      {...(onPress ? { onPress } : {})}
      {...(value ? { value } : {})}
      className={`${buttonClass(tone)} ${isDisabled ? "cursor-not-allowed opacity-50" : "disabled:cursor-wait"} data-busy:cursor-wait data-busy:opacity-70`}
    >
      {children}
    </AriaButton>
  );
}
