"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useState } from "react";
import { announce } from "./Announcer.tsx";
import { Button } from "./Button.tsx";
import type { ConfirmActionProps } from "./ConfirmAction.tsx";
import { DialogFrame } from "./DialogFrame.tsx";
import { formValues } from "./formValues.ts";
import { Refusal } from "./Refusal.tsx";
import { ShownInQuestion } from "./ShownInQuestion.tsx";
import { TextField } from "./TextField.tsx";
import { useAction } from "./useAction.ts";

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
    return (
      <ShownInQuestion title={props.question} close={close}>
        {shown}
      </ShownInQuestion>
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
