"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { type Option, Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { COMPANY_STATUSES } from "./statuses.ts";

/** What can be changed of a company; the password is written and never read. */
export interface EditedCompany {
  id: string;
  name: string;
  status: string;
  timeZone: string;
  csvUrl: string | null;
  csvUsername: string | null;
  hasCsvPassword: boolean;
  model: string | null;
}

/** Makes a company, or changes the one given. */
export function CompanyForm({ company, models }: { company?: EditedCompany; models: readonly Option[] }) {
  const path = "/api/admin/legacy/companies";
  return (
    <ConfirmAction
      label={company ? "Change" : "New company"}
      tone={company ? "plain" : "strong"}
      question={company ? `Change ${company.name}` : "A new company"}
      confirm={company ? "Save" : "Make it"}
      fields={<Fields company={company} models={models} />}
      act={({ csvPassword, ...values }) =>
        callApi(company ? `${path}/${company.id}` : path, {
          method: company ? "PATCH" : "POST",
          body: { ...EMPTIED, ...values, ...(csvPassword ? { csvPassword } : {}) },
        })
      }
      done={company ? "The company is changed." : "The company is made."}
    >
      <p>The CSV at its address is imported again and again; only what is new or changed costs anything.</p>
    </ConfirmAction>
  );
}

/** A field that was emptied is taken away. */
const EMPTIED = { csvUrl: null, csvUsername: null, model: null };

function Fields({ company, models }: { company: EditedCompany | undefined; models: readonly Option[] }) {
  return (
    <div className="space-y-4">
      <TextField name="name" label="Name" isRequired maxLength={200} defaultValue={company?.name ?? ""} autoFocus />
      <Select name="status" label="Status" options={COMPANY_STATUSES} defaultValue={company?.status ?? "ACTIVE"} />
      <TextField
        name="timeZone"
        label="Time zone"
        hint="In which its CSV writes its times, such as Europe/Amsterdam."
        isRequired
        defaultValue={company?.timeZone ?? "UTC"}
      />
      <TextField name="csvUrl" label="Address of its CSV" type="url" defaultValue={company?.csvUrl ?? ""} />
      <TextField
        name="csvUsername"
        label="User name there"
        autoComplete="off"
        defaultValue={company?.csvUsername ?? ""}
      />
      <TextField
        name="csvPassword"
        label="Password there"
        type="password"
        autoComplete="new-password"
        {...(company?.hasCsvPassword ? { hint: "One is stored. Leave this empty to keep it." } : {})}
      />
      <Select
        name="model"
        label="Model"
        any="The one that the analysis names"
        options={models}
        defaultValue={company?.model ?? ""}
      />
    </div>
  );
}
