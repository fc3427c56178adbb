"use client";

import { Select } from "../_kit/Select.tsx";

/** Asked where LiveDash can send mail: a link, or a password that is passed on by hand. */
export function HowTheyGetIn() {
  return (
    <Select
      name="how"
      label="How they get in"
      options={[
        { value: "mail", name: "a link by email, to choose a password" },
        { value: "password", name: "a one-time password that you pass on" },
      ]}
    />
  );
}

/** What was filled in, as the API takes it. */
export function readHow({ how, ...values }: Record<string, string>) {
  return { ...values, ...(how === "mail" ? { byMail: true } : {}) };
}
