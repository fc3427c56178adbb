"use client";

import type { FormEvent } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { announce } from "../_kit/Announcer.tsx";
import { Button } from "../_kit/Button.tsx";
import { formValues } from "../_kit/formValues.ts";
import { NewPasswordFields, readNewPassword } from "../_kit/NewPasswordFields.tsx";
import { Refusal } from "../_kit/Refusal.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { useAction } from "../_kit/useAction.ts";
import { callSignIn } from "../_session/callSignIn.ts";

/** `email` stands in it unseen, so that password managers know whose password it is. */
export function ChangePasswordForm({ realm, email, next }: ChangePasswordFormProps) {
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = formValues(form);
    const done = await run(async () => {
      const chosen = readNewPassword(values);
      if (!chosen.ok) return chosen;
      const { currentPassword = "" } = values;
      const body = { currentPassword, newPassword: chosen.answer, revokeOtherSessions: true };
      return callSignIn(realm, "/change-password", { body });
    });
    if (done === undefined) return;
    if (next) return window.location.assign(next);
    form.reset();
    announce("Your password has been changed. All other browsers have been signed out.");
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      <input type="text" name="username" autoComplete="username" defaultValue={email} hidden />
      <TextField
        name="currentPassword"
        label="Current password"
        type="password"
        autoComplete="current-password"
        isRequired
      />
      <NewPasswordFields />
      <Refusal message={refusal} />
      <Button type="submit" tone="strong" isPending={isPending}>
        Change password
      </Button>
    </form>
  );
}

interface ChangePasswordFormProps {
  realm: Realm;
  email: string;
  /** Where to go on to; without it the page stays. */
  next?: string;
}
