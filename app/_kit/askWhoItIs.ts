import type { Realm } from "../../lib/auth/actor.ts";

export const ASK_WHO_IT_IS = "livedash:ask-who-it-is";

export interface WhoItIs {
  realm: Realm;
  /** Called once: whether they have shown that it is them. */
  answer: (isConfirmed: boolean) => void;
}

/** Asks the person for their second factor once more, over whatever is open. False: they would rather not. */
export function askWhoItIs(realm: Realm): Promise<boolean> {
  const { promise, resolve: answer } = Promise.withResolvers<boolean>();
  const asked = window.dispatchEvent(
    new CustomEvent<WhoItIs>(ASK_WHO_IT_IS, { detail: { realm, answer }, cancelable: true }),
  );
  // Nobody has taken the question up.
  if (asked) answer(false);
  return promise;
}
