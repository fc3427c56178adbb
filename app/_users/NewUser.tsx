"use client";

import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import { callApi } from "../_kit/callApi.ts";
import { type Option, Select } from "../_kit/Select.tsx";
import { TextField } from "../_kit/TextField.tsx";
import { HowTheyGetIn, readHow } from "./HowTheyGetIn.tsx";
import { ROLES } from "./roles.ts";
import { howTheyGetIn, showOneTimePassword } from "./showOneTimePassword.tsx";
import type { UsersApi } from "./UserActions.tsx";

/** `companies` to choose from, where it is not always the same one. */
export function NewUser({ realm, path, common, mail, companies }: UsersApi & { companies?: readonly Option[] }) {
  return (
    <ConfirmAction
      label="New user"
      tone="strong"
      question={companies ? "New company user" : realm === "platform" ? "New platform user" : "New user"}
      confirm="Create user"
      fields={
        <div className="space-y-4">
          <TextField name="email" label="Email address" type="email" autoComplete="off" isRequired autoFocus />
          <TextField name="name" label="Name" autoComplete="off" maxLength={100} isRequired />
          <Select name="role" label="Role" options={ROLES[realm]} />
          {companies && <Select name="companyId" label="Company" options={companies} />}
          {mail && <HowTheyGetIn />}
        </div>
      }
      act={(values) => callApi(path, { body: { ...common, ...readHow(values) } })}
      done={howTheyGetIn("The user has been created.")}
      show={showOneTimePassword}
    >
      <p>
        {mail
          ? "They get a link by email, or a one-time password that you pass on yourself."
          : "They get a one-time password. It will be shown next, and you need to pass it on yourself."}
      </p>
    </ConfirmAction>
  );
}
