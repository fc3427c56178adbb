import { TextField } from "../../_kit/TextField.tsx";

/** The field for an account's key: no browser fills in another one. */
export function AccountKey({ autoFocus = false }: { autoFocus?: boolean }) {
  return (
    <TextField
      name="key"
      label="API key"
      type="password"
      autoComplete="new-password"
      isRequired
      maxLength={500}
      autoFocus={autoFocus}
    />
  );
}
