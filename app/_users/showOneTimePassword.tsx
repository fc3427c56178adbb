import { ONE_TIME_PASSWORD_DAYS } from "../../lib/signIn/sessionLife.ts";
import { ShownOnce } from "../_kit/ShownOnce.tsx";

/** The password that somebody was given; null where a link is sent to them. */
export function showOneTimePassword(answer: unknown) {
  const { user, oneTimePassword } = answer as Answer;
  return oneTimePassword === null ? null : (
    <ShownOnce
      name={`One-time password for ${user.email}`}
      value={oneTimePassword}
      advice={`It will not be shown again. It works once, must be changed at that sign-in, and expires in ${ONE_TIME_PASSWORD_DAYS} days.`}
    />
  );
}

/** What is said when it is done. */
export function howTheyGetIn(done: string) {
  return (answer: unknown) =>
    (answer as Answer).oneTimePassword === null
      ? `${done} A link is on its way to ${(answer as Answer).user.email}.`
      : done;
}

interface Answer {
  user: { email: string };
  oneTimePassword: string | null;
}
