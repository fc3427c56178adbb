"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { OneTimePassword } from "./OneTimePassword.tsx";
import { ROLES } from "./roles.ts";

interface ActedOn {
  id: string;
  realm: "platform" | "company";
  email: string;
  role: string;
  disabledAt: string | null;
  twoFactorEnabled: boolean;
}

export function UserActions({ user }: { user: ActedOn }) {
  const { id, realm, email, disabledAt } = user;
  const path = `/api/admin/legacy/users/${id}`;
  return (
    <span className="flex flex-wrap gap-2 max-wide:justify-end">
      <ConfirmAction
        label="Role"
        question={`Another role for ${email}`}
        confirm="Change the role"
        fields={<Select name="role" label="Role" options={ROLES[realm]} defaultValue={user.role} />}
        act={({ role }) => callApi(path, { method: "PATCH", body: { realm, role } })}
        done="The role is changed."
      >
        <p>It holds from their next click on.</p>
      </ConfirmAction>
      <ConfirmAction
        label="New password"
        question={`A new one-time password for ${email}?`}
        confirm="Make it"
        act={() => callApi(`${path}/reset-password`, { body: { realm } })}
        done="The password is replaced."
        show={(answer) => <OneTimePassword answer={answer} />}
      >
        <p>Their old password stops working, and they are signed out everywhere.</p>
      </ConfirmAction>
      {user.twoFactorEnabled && (
        <ConfirmAction
          label="Remove second factor"
          tone="danger"
          question={`Take the second factor of ${email} away?`}
          confirm="Take it away"
          act={() => callApi(`${path}/reset-two-factor`, { body: { realm } })}
          done="The second factor is gone."
        >
          <p>
            For somebody who has lost it. They are signed out everywhere, and set up another one if their role needs it.
          </p>
        </ConfirmAction>
      )}
      <ConfirmAction
        label={disabledAt ? "Enable" : "Disable"}
        tone={disabledAt ? "plain" : "danger"}
        question={disabledAt ? `Let ${email} in again?` : `Disable ${email}?`}
        confirm={disabledAt ? "Enable" : "Disable"}
        act={() => callApi(path, { method: "PATCH", body: { realm, disabled: !disabledAt } })}
        done={disabledAt ? "The user may sign in again." : "The user is disabled."}
      >
        <p>{disabledAt ? "They may sign in again." : "They lose access at once, on every browser."}</p>
      </ConfirmAction>
    </span>
  );
}
