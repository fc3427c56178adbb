"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { type Option, Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { labelOf } from "../../_words/labels.ts";
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
  roleWords: RoleWords | null;
  requestsPerDay: number | null;
  requestsPerMonth: number | null;
  questionTopics: boolean;
  model: string | null;
}

interface RoleWords {
  User?: string[] | undefined;
  Assistant?: string[] | undefined;
  System?: string[] | undefined;
}

/** Makes a company, or changes the one given. */
export function CompanyForm({ company, models }: { company?: EditedCompany; models: readonly Option[] }) {
  const path = "/api/admin/companies";
  return (
    <ConfirmAction
      label={company ? "Change" : "New company"}
      tone={company ? "plain" : "strong"}
      question={company ? `Change ${company.name}` : "New company"}
      confirm={company ? "Save" : "Create company"}
      fields={<Fields company={company} models={models} />}
      act={({ csvPassword, requestsPerDay, requestsPerMonth, questionTopics, ...given }) => {
        const { wordsUser, wordsAssistant, wordsSystem, ...values } = given;
        return callApi(company ? `${path}/${company.id}` : path, {
          method: company ? "PATCH" : "POST",
          body: {
            ...EMPTIED,
            ...values,
            requestsPerDay: toLimit(requestsPerDay),
            requestsPerMonth: toLimit(requestsPerMonth),
            questionTopics: questionTopics === "true",
            roleWords: toRoleWords({ User: wordsUser, Assistant: wordsAssistant, System: wordsSystem }),
            ...(csvPassword ? { csvPassword } : {}),
          },
        });
      }}
      done={company ? "The company has been saved." : "The company has been created."}
    >
      <p>LiveDash imports the CSV address regularly. Only new or changed sessions cost anything.</p>
    </ConfirmAction>
  );
}

/** A field that was emptied is taken away. */
const EMPTIED = { csvUrl: null, csvUsername: null, model: null };

/** Empty for none; what is no number is refused by its name. */
function toLimit(text: string | undefined): number | string | null {
  const given = (text ?? "").replaceAll(/[\s,]/g, "");
  if (given === "") return null;
  return /^\d+$/.test(given) ? Number(given) : given;
}

/** Words as they are written into one field, with commas between. */
function toRoleWords(fields: Record<string, string | undefined>): RoleWords | null {
  const words = Object.entries(fields).map(([role, text]): [string, string[]] => {
    const given = (text ?? "").split(/[,;\n]/).map((word) => word.trim());
    return [role, given.filter((word) => word !== "")];
  });
  const given = words.filter(([, list]) => list.length > 0);
  return given.length === 0 ? null : Object.fromEntries(given);
}

const ROLE_FIELDS = [
  {
    role: "User",
    name: "wordsUser",
    label: labelOf("roleWords.User"),
    hint: "Used in its transcripts in addition to user, customer, klant, Kunde ... Separate words with commas.",
  },
  {
    role: "Assistant",
    name: "wordsAssistant",
    label: labelOf("roleWords.Assistant"),
    hint: "In addition to assistant, bot, agent, medewerker ...",
  },
  {
    role: "System",
    name: "wordsSystem",
    label: labelOf("roleWords.System"),
    hint: "In addition to system, info, notice ...",
  },
] as const;

const LIMIT_FIELDS = [
  {
    name: "requestsPerDay",
    label: labelOf("requestsPerDay"),
    hint: "How many of its sessions may be sent for analysis in a day (UTC). The rest wait. Leave empty for no limit.",
  },
  { name: "requestsPerMonth", label: labelOf("requestsPerMonth"), hint: "The same, for a calendar month." },
] as const;

const TOPIC_OPTIONS: readonly Option[] = [
  { value: "false", name: "Not labelled" },
  { value: "true", name: "Labelled: one more request for each session with new questions" },
];

function Fields({ company, models }: { company: EditedCompany | undefined; models: readonly Option[] }) {
  return (
    <div className="space-y-4">
      <TextField name="name" label="Name" isRequired maxLength={200} defaultValue={company?.name ?? ""} autoFocus />
      <Select name="status" label="Status" options={COMPANY_STATUSES} defaultValue={company?.status ?? "ACTIVE"} />
      <TextField
        name="timeZone"
        label="Time zone"
        hint="The time zone used in its CSV, such as Europe/Amsterdam."
        isRequired
        defaultValue={company?.timeZone ?? "UTC"}
      />
      <TextField name="csvUrl" label="CSV address" type="url" defaultValue={company?.csvUrl ?? ""} />
      <TextField
        name="csvUsername"
        label="CSV user name"
        autoComplete="off"
        defaultValue={company?.csvUsername ?? ""}
      />
      <TextField
        name="csvPassword"
        label="CSV password"
        type="password"
        autoComplete="new-password"
        {...(company?.hasCsvPassword ? { hint: "A password is stored. Leave this empty to keep it." } : {})}
      />
      {ROLE_FIELDS.map(({ role, ...field }) => (
        <TextField key={role} {...field} defaultValue={company?.roleWords?.[role]?.join(", ") ?? ""} />
      ))}
      {LIMIT_FIELDS.map((field) => (
        <TextField key={field.name} {...field} inputMode="numeric" defaultValue={String(company?.[field.name] ?? "")} />
      ))}
      <Select
        name="questionTopics"
        label={labelOf("questionTopics")}
        options={TOPIC_OPTIONS}
        defaultValue={String(company?.questionTopics ?? false)}
      />
      <Select name="model" label="Model" any="Default" options={models} defaultValue={company?.model ?? ""} />
    </div>
  );
}
