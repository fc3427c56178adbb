import { ONE_TIME_PASSWORD_DAYS } from "../../../lib/auth/sessionLife.ts";
import { ShownOnce } from "../../_kit/ShownOnce.tsx";

export function OneTimePassword({ answer }: { answer: unknown }) {
  const { user, oneTimePassword } = answer as { user: { email: string }; oneTimePassword: string };
  return (
    <ShownOnce
      name={`One-time password of ${user.email}`}
      value={oneTimePassword}
      advice={`It is not shown again, and good for ${ONE_TIME_PASSWORD_DAYS} days. At the first sign-in another one has to be chosen.`}
    />
  );
}
