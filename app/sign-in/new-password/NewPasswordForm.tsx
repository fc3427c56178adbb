"use client";

import { type FormEvent, useState } from "react";
import type { Realm } from "../../../lib/auth/actor.ts";
import { Button } from "../../_kit/Button.tsx";
import { formValues } from "../../_kit/formValues.ts";
import { NewPasswordFields, readNewPassword } from "../../_kit/NewPasswordFields.tsx";
import { Refusal } from "../../_kit/Refusal.tsx";
import { TextLink } from "../../_kit/TextLink.tsx";
import { useAction } from "../../_kit/useAction.ts";
import { callSignIn } from "../../_session/callSignIn.ts";

interface NewPasswordFormProps {
  realm: Realm;
  /** Where they sign in with it. */
  signIn: string;
  /** Where they get another link. */
  forgotten: string;
}

export function NewPasswordForm({ realm, signIn, forgotten }: NewPasswordFormProps) {
  const [isDone, setDone] = useState(false);
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = formValues(event.currentTarget);
    const done = await run(async () => {
      const chosen = readNewPassword(values);
      if (!chosen.ok) return chosen;
      const body = { token: window.location.hash.slice(1), newPassword: chosen.answer };
      return callSignIn(realm, "/reset-password", { body });
    });
    if (done !== undefined) setDone(true);
  };
  return (
    <div role="status">
      {isDone ? (
        <p className="leading-relaxed">
          Your password has been set. <TextLink href={signIn}>Sign in with it</TextLink>
        </p>
      ) : (
        <form onSubmit={submit} className="space-y-5">
          <NewPasswordFields />
          <Refusal message={refusal} />
          <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
            <Button type="submit" tone="strong" isPending={isPending}>
              Set password
            </Button>
            <span className="text-sm">
              <TextLink href={forgotten}>Get another link</TextLink>
            </span>
          </div>
        </form>
      )}
    </div>
  );
}
