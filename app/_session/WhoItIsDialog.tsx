"use client";

import { type FormEvent, useEffect, useState } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { Button } from "../_kit/Button.tsx";
import { CodeField } from "../_kit/CodeField.tsx";
import { DialogFrame } from "../_kit/DialogFrame.tsx";
import { formValues } from "../_kit/formValues.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { useAction } from "../_kit/useAction.ts";
import { callSignIn } from "./callSignIn.ts";

/** What somebody shows that it is them with. */
type Proof = "app" | "backup" | "password";

const CALLS = {
  app: "/two-factor/verify-totp",
  backup: "/two-factor/verify-backup-code",
  password: "/confirm-password",
} as const satisfies Record<Proof, string>;

/** Asks for a code of the second factor, or, of somebody who has none, for the password. */
export function WhoItIsDialog({ realm, close }: { realm: Realm; close: (isConfirmed: boolean) => void }) {
  const [proof, setProof] = useState<Proof>();
  const { isPending, refusal, run } = useAction();
  useEffect(() => {
    void readProof(realm).then(setProof);
  }, [realm]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!proof) return;
    const body = formValues(event.currentTarget);
    const done = await run(() => callSignIn(realm, CALLS[proof], { body }));
    if (done !== undefined) close(true);
  };
  return (
    <DialogFrame title="Confirm that it is you" close={() => close(false)} width="narrow">
      <form onSubmit={submit} className="space-y-4">
        <p className="leading-relaxed text-ink-soft">
          {proof === "password"
            ? "Enter your password again to continue. You will not be asked again for 10 minutes."
            : "Use your second factor again to continue. You will not be asked again for 10 minutes."}
        </p>
        {proof && <ProofField key={proof} proof={proof} />}
        <Refusal message={refusal} />
        <div className="flex flex-wrap justify-end gap-3 pt-2">
          <Button onPress={() => close(false)}>Go back</Button>
          {proof && proof !== "password" && (
            <Button onPress={() => setProof(proof === "app" ? "backup" : "app")}>
              {proof === "app" ? "Use a backup code" : "Use the app"}
            </Button>
          )}
          <Button type="submit" tone="strong" isPending={isPending} isDisabled={!proof}>
            Confirm
          </Button>
        </div>
      </form>
    </DialogFrame>
  );
}

function ProofField({ proof }: { proof: Proof }) {
  if (proof === "password") {
    return (
      <TextField
        name="password"
        label="Your password"
        type="password"
        autoComplete="current-password"
        isRequired
        autoFocus
      />
    );
  }
  if (proof === "backup") return <TextField name="code" label="Backup code" isRequired autoFocus />;
  return <CodeField hint="Each code works once. If you have just used this one, wait for the next." />;
}

async function readProof(realm: Realm): Promise<Proof> {
  const outcome = await callSignIn<{ user: { twoFactorEnabled?: boolean } } | null>(realm, "/get-session", {
    method: "GET",
  });
  return outcome.ok && outcome.answer?.user.twoFactorEnabled ? "app" : "password";
}
