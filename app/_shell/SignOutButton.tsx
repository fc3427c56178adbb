"use client";

import { Button } from "../_kit/Button.tsx";
import { callApi } from "../_kit/callApi.ts";
import { useAction } from "../_kit/useAction.ts";

/** Ends the sessions of this browser, of whichever kind of people. */
export function SignOutButton({ leadsTo }: { leadsTo: string }) {
  const { isPending, run } = useAction();
  const signOut = async () => {
    await run(() => callApi("/api/auth/company/sign-out"));
    const done = await run(() => callApi("/api/auth/platform/sign-out"));
    if (done !== undefined) window.location.assign(leadsTo);
  };
  return (
    <Button tone="quiet" isPending={isPending} onPress={signOut}>
      Sign out
    </Button>
  );
}
