"use client";

import { type FormEvent, useState } from "react";
import type { Realm } from "../../../lib/auth/actor.ts";
import { Button } from "../../_kit/Button.tsx";
import { formValues } from "../../_kit/formValues.ts";
import { Refusal } from "../../_kit/Refusal.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { useAction } from "../../_kit/useAction.ts";
import { callSignIn } from "../../_session/callSignIn.ts";

/** Says the same to everybody: whether somebody has the address is nobody's business. */
export function ForgottenForm({ realm }: { realm: Realm }) {
  const [isSent, setSent] = useState(false);
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { email = "" } = formValues(event.currentTarget);
    const done = await run(() => callSignIn(realm, "/forgotten-password", { body: { email } }));
    if (done !== undefined) setSent(true);
  };
  return (
    <div role="status">
      {isSent ? (
        <p className="leading-relaxed">
          If a user has this address, a link is on its way to it. It works once, for one hour. If nothing arrives, look
          in your spam folder, or ask whoever gave you access.
        </p>
      ) : (
        <form onSubmit={submit} className="space-y-5">
          <p className="text-sm text-ink-soft">
            Enter your email address, and we will send you a link to choose a new password.
          </p>
          <TextField name="email" label="Email address" type="email" autoComplete="username" isRequired autoFocus />
          <Refusal message={refusal} />
          <Button type="submit" tone="strong" isPending={isPending}>
            Send me a link
          </Button>
        </form>
      )}
    </div>
  );
}
