"use client";

import type { Realm } from "../../lib/auth/actor.ts";
import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import { callApi } from "../_kit/callApi.ts";
import { Select } from "../_kit/Select.tsx";
import { EnableAction } from "./EnableAction.tsx";
import { HowTheyGetIn, readHow } from "./HowTheyGetIn.tsx";
import { ROLES } from "./roles.ts";
import { howTheyGetIn, showOneTimePassword } from "./showOneTimePassword.tsx";

export interface UsersApi {
  realm: Realm;
  path: string;
  common: Readonly<Record<string, string>>;
  /** Whether LiveDash can send mail. */
  mail: boolean;
}

interface UserActionsProps extends UsersApi {
  user: ActedOn;
}

interface ActedOn {
  id: string;
  email: string;
  role: string;
  disabledAt: string | null;
  twoFactorEnabled: boolean;
}

/** `path` is where the API has the users; `common` is what it wants to be told with every call. */
export function UserActions({ user, realm, path: users, common, mail }: UserActionsProps) {
  const { id, email, disabledAt } = user;
  const path = `${users}/${id}`;
  return (
    <span className="flex flex-wrap gap-2 max-wide:justify-end">
      <ConfirmAction
        label="Role"
        question={`Change role of ${email}?`}
        confirm="Change role"
        fields={<Select name="role" label="Role" options={ROLES[realm]} defaultValue={user.role} />}
        act={({ role }) => callApi(path, { method: "PATCH", body: { ...common, role } })}
        done="The role has been changed."
      >
        <p>It takes effect immediately.</p>
      </ConfirmAction>
      <ConfirmAction
        label="New password"
        question={mail ? `Give ${email} a new password?` : `Give ${email} a new one-time password?`}
        confirm={mail ? "Reset password" : "Create password"}
        fields={mail && <HowTheyGetIn />}
        act={(values) => callApi(`${path}/reset-password`, { body: { ...common, ...readHow(values) } })}
        done={howTheyGetIn("The password has been reset.")}
        show={showOneTimePassword}
      >
        <p>Their old password stops working, and they are signed out everywhere.</p>
      </ConfirmAction>
      {user.twoFactorEnabled && (
        <ConfirmAction
          label="Reset two-factor authentication"
          tone="danger"
          question={`Reset two-factor authentication for ${email}?`}
          confirm="Reset now"
          act={() => callApi(`${path}/reset-two-factor`, { body: common })}
          done="Two-factor authentication has been reset."
        >
          <p>
            Use this if they have lost access to their authenticator app. They will be signed out everywhere and can set
            it up again.
          </p>
        </ConfirmAction>
      )}
      <EnableAction
        kind="user"
        name={email}
        disabledAt={disabledAt}
        act={(change) => callApi(path, { method: "PATCH", body: { ...common, ...change } })}
      >
        {disabledAt ? "They will be able to sign in again." : "They lose access immediately, in every browser."}
      </EnableAction>
    </span>
  );
}
