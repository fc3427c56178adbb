"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { counted } from "../../_words/numbers.ts";

/** Whether everybody at the company needs a second factor, and the way to change that. */
export function RequireTwoFactor({
  twoFactorRequired,
  usersWithout,
}: {
  twoFactorRequired: boolean;
  usersWithout: number;
}) {
  const set = (required: boolean) =>
    callApi("/api/company/security", { method: "PATCH", body: { twoFactorRequired: required } });
  return (
    <div className="max-w-2xl space-y-4">
      <p className="leading-relaxed text-ink-soft">
        {twoFactorRequired
          ? "Everyone at your company needs a second factor."
          : "Each user decides whether to use a second factor."}{" "}
        {usersWithout === 0
          ? "Everyone has one."
          : `${counted(usersWithout, "user")} ${usersWithout === 1 ? "does" : "do"} not have one.`}
      </p>
      {twoFactorRequired ? (
        <ConfirmAction
          label="No longer require it"
          question="No longer require two-factor authentication?"
          confirm="No longer require it"
          tone="danger"
          act={() => set(false)}
          done="Two-factor authentication is no longer required."
        >
          <p>Users who have set it up keep it. New users will sign in with their password alone.</p>
        </ConfirmAction>
      ) : (
        <ConfirmAction
          label="Require it of everyone"
          question="Require two-factor authentication of everyone?"
          confirm="Require it"
          act={() => set(true)}
          done="Two-factor authentication is now required."
        >
          <p>
            {usersWithout === 0
              ? "Everyone has it already. New users will set it up when they first sign in."
              : `${counted(usersWithout, "user")} must set it up before they can continue, the next time they open a page.`}
          </p>
        </ConfirmAction>
      )}
    </div>
  );
}
