"use client";

import type { FormEvent } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { announce } from "../_kit/Announcer.tsx";
import { Button } from "../_kit/Button.tsx";
import { formValues } from "../_kit/formValues.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { useAction } from "../_kit/useAction.ts";
import { callSignIn } from "../_session/callSignIn.ts";

const SHORTEST = 12;

/** `email` stands in it unseen, so that password managers know whose password it is. */
export function ChangePasswordForm({ realm, email, next }: ChangePasswordFormProps) {
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { currentPassword = "", newPassword = "", newPasswordAgain = "" } = formValues(form);
    const done = await run(async () => {
      if (newPassword !== newPasswordAgain) return refuse("The new passwords do not match.");
      if (newPassword === currentPassword) return refuse("The new password must differ from the old one.");
      const body = { currentPassword, newPassword, revokeOtherSessions: true };
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
      <TextField
        name="newPassword"
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${SHORTEST} characters. A few random words are better than one word with symbols.`}
        minLength={SHORTEST}
        maxLength={200}
        isRequired
      />
      <TextField
        name="newPasswordAgain"
        label="Repeat new password"
        type="password"
        autoComplete="new-password"
        isRequired
      />
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

function refuse(message: string) {
  return { ok: false as const, code: "invalid_input", message };
}
