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
import { BackupCodes } from "./BackupCodes.tsx";
import { QrCode } from "./QrCode.tsx";

interface Enrolment {
  totpURI: string;
  backupCodes: string[];
}

/** Enrols an authenticator app: the password again, a code to scan, a code to prove it, and the backup codes once. Then on to `next`. */
export function TwoFactorForm({ realm, next }: { realm: Realm; next: string }) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [isProven, setProven] = useState(false);
  if (!enrolment) return <AskPassword realm={realm} onDone={setEnrolment} />;
  if (!isProven) return <Prove realm={realm} uri={enrolment.totpURI} onDone={() => setProven(true)} />;
  return <BackupCodes codes={enrolment.backupCodes} onKept={() => window.location.assign(next)} />;
}

function AskPassword({ realm, onDone }: { realm: Realm; onDone: (enrolment: Enrolment) => void }) {
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { password = "" } = formValues(event.currentTarget);
    const answer = await run(() => callSignIn<Enrolment>(realm, "/two-factor/enable", { body: { password } }));
    if (answer) onDone(answer);
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">You need an authenticator app, on your phone or in your password manager.</p>
      <TextField name="password" label="Your password" type="password" autoComplete="current-password" isRequired />
      <Refusal message={refusal} />
      <Button type="submit" tone="strong" isPending={isPending}>
        Begin
      </Button>
    </form>
  );
}

function Prove({ realm, uri, onDone }: { realm: Realm; uri: string; onDone: () => void }) {
  const { isPending, refusal, run } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { code = "" } = formValues(event.currentTarget);
    const done = await run(() => callSignIn(realm, "/two-factor/verify-totp", { body: { code } }));
    if (done !== undefined) onDone();
  };
  const secret = URL.parse(uri)?.searchParams.get("secret") ?? "";
  return (
    <form onSubmit={submit} className="space-y-5">
      <p className="text-sm text-ink-soft">Scan this with the app, or enter the key below.</p>
      <QrCode text={uri} />
      <p>
        <span className="block text-sm text-ink-faint">Key</span>
        <code className="id text-sm" data-secret>
          {secret}
        </code>
      </p>
      <CodeField />
      <Refusal message={refusal} />
      <Button type="submit" tone="strong" isPending={isPending}>
        Verify
      </Button>
    </form>
  );
}
