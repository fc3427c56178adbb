"use client";

import { useState } from "react";
import { Button } from "./Button.tsx";
import { LostPart } from "./LostPart.tsx";
import { later, useLater } from "./later.ts";
import type { ConfirmActionProps } from "./Question.tsx";

// A page need not wait for what most visits never open.
const question = later(async () => (await import("./Question.tsx")).Question);

/** An act that changes something: asks once, says what will happen, then does it and says that it is done. */
export function ConfirmAction(props: ConfirmActionProps) {
  const [isOpen, setOpen] = useState(false);
  const { Part: Question, isLost } = useLater(question, isOpen);
  const close = () => setOpen(false);
  return (
    <>
      <Button
        tone={props.tone ?? "plain"}
        isDisabled={props.isDisabled ?? false}
        opensDialog
        onPress={() => setOpen(true)}
      >
        {props.label}
      </Button>
      {isOpen && Question && <Question {...props} close={close} />}
      {isOpen && isLost && <LostPart close={close} />}
    </>
  );
}
