"use client";

import { type FormEvent, useState } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { Button } from "../_kit/Button.tsx";
import { formValues } from "../_kit/formValues.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { useAction } from "../_kit/useAction.ts";
import { callSignIn } from "../_session/callSignIn.ts";
import { BackupCodes } from "./BackupCodes.tsx";

/** For who has a second factor: new backup codes in place of the old ones. */
export function NewBackupCodes({ realm }: { realm: Realm }) {
  const [codes, setCodes] = useState<readonly string[]>();
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = { password: formValues(event.currentTarget).password ?? "" };
    const answer = await run(() =>
      callSignIn<{ backupCodes: string[] }>(realm, "/two-factor/generate-backup-codes", { body }),
    );
    if (answer) setCodes(answer.backupCodes);
  };
  if (codes) return <BackupCodes codes={codes} onKept={() => setCodes(undefined)} />;
  return (
    <form onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">
        Two-factor authentication is set up. If you have used up or lost your backup codes, create new ones. The old
        codes will stop working.
      </p>
      <TextField name="password" label="Your password" type="password" autoComplete="current-password" isRequired />
      <Refusal message={refusal} />
      <Button type="submit" isPending={isPending}>
        Create new backup codes
      </Button>
    </form>
  );
}
