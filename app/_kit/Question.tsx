"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useState } from "react";
import { announce } from "./Announcer.tsx";
import { Button } from "./Button.tsx";
import type { ButtonTone } from "./buttonClass.ts";
import type { Outcome } from "./callApi.ts";
import { DialogFrame } from "./DialogFrame.tsx";
import { formValues } from "./formValues.ts";
import { Refusal } from "./Refusal.tsx";
import { ShownInQuestion } from "./ShownInQuestion.tsx";
import { TextField } from "./TextField.tsx";
import { useAction } from "./useAction.ts";

export interface ConfirmActionProps {
  /** On the button that opens the question. */
  label: string;
  /** What will happen, with the count: `Requeue 12 requests?` */
  question: string;
  /** What is kept, what is lost, what it costs. */
  children: ReactNode;
  /** On the button that does it: the same operation, never just "OK". */
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
  /** Whether that need not be kept: whoever wants it again asks again. */
  canBeSeenAgain?: boolean;
}

/** What is asked before something is done, and what came of it where that is to be seen once. */
export function Question({ close, ...props }: ConfirmActionProps & { close: () => void }) {
  const router = useRouter();
  const { isPending, refusal, run } = useAction();
  const [shown, setShown] = useState<ReactNode>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = formValues(event.currentTarget);
    const answer = await run(() => props.act(values));
    if (answer === undefined) return;
    announce(typeof props.done === "string" ? props.done : props.done(answer));
    const toSee = props.show?.(answer);
    if (toSee) setShown(toSee);
    else close();
    router.refresh();
  };
  if (shown) {
    const Shown = props.canBeSeenAgain ? Answered : ShownInQuestion;
    return (
      <Shown title={props.question} close={close}>
        {shown}
      </Shown>
    );
  }
  return (
    <DialogFrame title={props.question} close={close}>
      <form onSubmit={submit} className="space-y-4">
        <div className="space-y-3 leading-relaxed text-ink-soft">{props.children}</div>
        {props.fields}
        {props.needsReason && (
          <TextField
            name="reason"
            label="Reason"
            hint="Recorded in the audit log."
            isRequired
            minLength={3}
            maxLength={500}
            autoFocus
          />
        )}
        <Refusal message={refusal} />
        <div className="flex flex-wrap justify-end gap-3 pt-2">
          <Button onPress={close}>Go back</Button>
          <Button type="submit" tone={props.tone === "danger" ? "danger" : "strong"} isPending={isPending}>
            {props.confirm}
          </Button>
        </div>
      </form>
    </DialogFrame>
  );
}

/** What came of a question, until it has been read. */
function Answered({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  return (
    <DialogFrame title={title} close={close}>
      {children}
      <div className="flex justify-end pt-2">
        <Button tone="strong" onPress={close}>
          Close
        </Button>
      </div>
    </DialogFrame>
  );
}
