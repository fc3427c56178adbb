import { ONE_TIME_PASSWORD_DAYS } from "../../lib/auth/sessionLife.ts";
import { ShownOnce } from "../_kit/ShownOnce.tsx";

export function OneTimePassword({ answer }: { answer: unknown }) {
  const { user, oneTimePassword } = answer as { user: { email: string }; oneTimePassword: string };
  return (
    <ShownOnce
      name={`One-time password for ${user.email}`}
      value={oneTimePassword}
      advice={`It will not be shown again. It works once, must be changed at that sign-in, and expires in ${ONE_TIME_PASSWORD_DAYS} days.`}
    />
  );
}
