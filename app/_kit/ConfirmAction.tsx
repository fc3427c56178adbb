"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./Button.tsx";
import type { ButtonTone } from "./buttonClass.ts";
import type { Outcome } from "./callApi.ts";
import { LostPart } from "./LostPart.tsx";
import { later, useLater } from "./later.ts";

export interface ConfirmActionProps {
  /** On the button that opens the question. */
  label: string;
  /** What will happen, with the count: `Requeue 12 requests?` */
  question: string;
  /** What is kept, what is lost, what it costs. */
  children: ReactNode;
  /** On the button that does it: the same verb, never just "OK". */
  confirm: string;
  tone?: ButtonTone;
  /** Whether the reason has to be given; it stands in the audit. */
  needsReason?: boolean;
  /** Further fields. */
  fields?: ReactNode;
  isDisabled?: boolean;
  act: (values: Record<string, string>) => Promise<Outcome<unknown>>;
  /** Said when it is done. */
  done: string | ((answer: unknown) => string);
  /** Shows what came of it, such as a password that is seen only now, before the question closes. Null: there is nothing. */
  show?: (answer: unknown) => ReactNode;
}

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
