"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { type Option, Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { LIFETIMES, untilIn } from "./lifetimes.ts";
import { NewKeyShown } from "./NewKeyShown.tsx";

/** @param owners whose it can be: the field that says so and the id, with a colon between */
export function NewKey({ owners, permissions }: { owners: readonly Option[]; permissions: readonly string[] }) {
  const choices = permissions.map((value) => ({ value, name: value }));
  return (
    <ConfirmAction
      label="New key"
      tone="strong"
      question="New API key"
      confirm="Create key"
      fields={
        <div className="space-y-4">
          <TextField name="name" label="Name" hint="The program or machine that will use it." isRequired autoFocus />
          <Select
            name="owner"
            label="Belongs to"
            options={owners}
            hint="It stops working when its owner is disabled."
          />
          <Select name="scope" label="Limited to" any="All permissions of its owner's role" options={choices} />
          <TextField
            name="addresses"
            label="Works from"
            hint="IP addresses or ranges, separated by commas. Empty means anywhere."
            autoComplete="off"
          />
          <Select name="days" label="Valid for" options={LIFETIMES} defaultValue="90" />
        </div>
      }
      act={({ name, owner = "", scope, addresses, days }) => {
        const [field = "", id] = owner.split(":");
        const allowedAddresses = addresses ? addresses.split(",").map((part) => part.trim()) : [];
        const body = { name, [field]: id, scopes: scope ? [scope] : [], allowedAddresses, expiresAt: untilIn(days) };
        return callApi("/api/admin/keys", { body });
      }}
      done="The key has been created."
      show={(answer) => <NewKeyShown answer={answer} />}
    >
      <p>Give it no more access than it needs. Use the command line or the API to combine several permissions.</p>
    </ConfirmAction>
  );
}
