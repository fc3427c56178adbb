"use client";

import type { FormEvent } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { Button } from "../_kit/Button.tsx";
import { formValues } from "../_kit/formValues.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { useAction } from "../_kit/useAction.ts";
import { callSignIn } from "../_session/callSignIn.ts";

interface Answer {
  twoFactorRedirect?: boolean;
}

export function PasswordForm({ realm, onDone }: { realm: Realm; onDone: (needsCode: boolean) => void }) {
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { email = "", password = "" } = formValues(event.currentTarget);
    const answer = await run(() => callSignIn<Answer>(realm, "/sign-in/email", { body: { email, password } }));
    if (answer) onDone(answer.twoFactorRedirect ?? false);
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      <TextField name="email" label="Email address" type="email" autoComplete="username" isRequired autoFocus />
      <TextField name="password" label="Password" type="password" autoComplete="current-password" isRequired />
      <Refusal message={refusal} />
      <Button type="submit" tone="strong" isPending={isPending}>
        Sign in
      </Button>
    </form>
  );
}
