"use client";

import type { Outcome } from "./callApi.ts";
import { TextField } from "./TextField.tsx";

const SHORTEST = 12;

/** A password that somebody chooses, twice. */
export function NewPasswordFields() {
  return (
    <>
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
    </>
  );
}

/** What was chosen, or why it cannot be it. */
export function readNewPassword(values: Readonly<Record<string, string>>): Outcome<string> {
  const { newPassword = "", newPasswordAgain = "", currentPassword } = values;
  if (newPassword !== newPasswordAgain) return refuse("The new passwords do not match.");
  if (newPassword === currentPassword) return refuse("The new password must differ from the old one.");
  return { ok: true, answer: newPassword };
}

function refuse(message: string) {
  return { ok: false as const, code: "invalid_input", message };
}
