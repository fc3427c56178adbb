import { TextField } from "./TextField.tsx";

/** For the six digits that an authenticator app shows. */
export function CodeField(props: { hint?: string }) {
  return (
    <TextField
      {...props}
      name="code"
      label="Code from your app"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9]{6}"
      maxLength={6}
      isRequired
      autoFocus
    />
  );
}
