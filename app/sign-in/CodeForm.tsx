"use client";

import { type FormEvent, useState } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { Button } from "../_kit/Button.tsx";
import { CodeField } from "../_kit/CodeField.tsx";
import { formValues } from "../_kit/formValues.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { useAction } from "../_kit/useAction.ts";
import { callSignIn } from "../_session/callSignIn.ts";

/** The second factor: a code of the app, or one of the backup codes. */
export function CodeForm({ realm, onDone, onBack }: { realm: Realm; onDone: () => void; onBack: () => void }) {
  const [isBackup, setBackup] = useState(false);
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { code = "" } = formValues(event.currentTarget);
    const call = isBackup ? "/two-factor/verify-backup-code" : "/two-factor/verify-totp";
    const answer = await run(() => callSignIn(realm, call, { body: { code } }));
    if (answer !== undefined) onDone();
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      {isBackup ? (
        <TextField
          name="code"
          label="Backup code"
          hint="One of the codes you saved during setup. Each works once."
          isRequired
          autoFocus
        />
      ) : (
        <CodeField hint="The six digits the app shows for LiveDash." />
      )}
      <Refusal message={refusal} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" tone="strong" isPending={isPending}>
          Sign in
        </Button>
        <Button onPress={() => setBackup(!isBackup)}>{isBackup ? "Use the app" : "Use a backup code"}</Button>
        <Button tone="quiet" onPress={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}
