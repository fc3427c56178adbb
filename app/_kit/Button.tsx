"use client";

import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { type ButtonTone, buttonClass } from "./buttonClass.ts";

interface ButtonProps {
  children: ReactNode;
  tone?: ButtonTone;
  type?: "button" | "submit";
  isDisabled?: boolean;
  /** Its work is under way: it looks so, and keeps the focus; useAction takes no second press meanwhile. */
  isPending?: boolean;
  opensDialog?: boolean;
  onPress?: () => void;
}

export function Button(props: ButtonProps) {
  const { children, tone = "plain", type = "button", isDisabled, isPending, opensDialog, onPress } = props;
  return (
    <AriaButton
      type={type}
      isDisabled={isDisabled ?? false}
      {...(isPending ? { "data-pending": true } : {})}
      {...(opensDialog ? { "aria-haspopup": "dialog" } : {})}
      {...(onPress ? { onPress } : {})}
      className={`${buttonClass(tone)} disabled:cursor-not-allowed disabled:opacity-50 data-pending:cursor-wait data-pending:opacity-70`}
    >
      {children}
    </AriaButton>
  );
}
