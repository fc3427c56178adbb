import { z } from "zod";
import { lineOfText, modelName } from "../../api/fields.ts";
import { CompanyStatus } from "../../db/enums.ts";
import { isTimeZone } from "../../import/timeZone.ts";
import { normaliseWord, ROLES } from "../../import/transcripts/roles.ts";

const MOST_ROLE_WORDS = 100;

export const timeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, { error: "is not a time zone. Use an IANA name such as Europe/Amsterdam, or UTC" });

const csvUrl = lineOfText(2_000).superRefine((text, issues) => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) issues.addIssue("is not an http or https address");
  else if (url.username !== "" || url.password !== "") {
    issues.addIssue("contains a user name or password. Enter them separately as the CSV user name and password");
  }
});

/** What stands before the first colon is the user name, says Basic authentication. */
const csvUsername = lineOfText(200).regex(/^[^:]*$/, { error: "must not contain a colon" });

const word = lineOfText(60).regex(/^[^:[\]<>|]*$/, {
  error: "has a character that no name in a transcript has: : [ ] < > |",
});
const words = z.array(word).max(MOST_ROLE_WORDS);

/** A company's own words for who speaks in its transcripts. */
export const roleWords = z
  .strictObject({ User: words.optional(), Assistant: words.optional(), System: words.optional() })
  .superRefine((given, issues) => {
    const roles = new Map<string, string>();
    for (const role of ROLES) {
      for (const text of given[role] ?? []) {
        const other = roles.get(normaliseWord(text));
        if (other && other !== role) issues.addIssue(`says of "${text}" that it is ${other} and ${role}`);
        roles.set(normaliseWord(text), role);
      }
    }
  });

const MOST_REQUESTS = 1_000_000_000;

/** A company's limit; what it counts is said where it is drawn. */
const limit = z.number().int().min(0).max(MOST_REQUESTS).nullable();

/** What can be set of a company. Null takes a value away. */
export const companyFields = {
  name: lineOfText(200),
  status: z.enum(CompanyStatus),
  timeZone: timeZone.meta({ description: "The time zone of the times in its CSV and transcripts." }),
  csvUrl: csvUrl.nullable().meta({ description: "The address its CSV is regularly imported from." }),
  csvUsername: csvUsername.nullable(),
  csvPassword: z.string().min(1).max(1_000).nullable().meta({ description: "Stored encrypted and never returned." }),
  roleWords: roleWords.nullable().meta({
    description:
      "Its own words for who is speaking in its transcripts, in addition to the usual ones, which they override.",
  }),
  requestsPerDay: limit.meta({
    description:
      "How many of its requests may be sent for the first time on a day (UTC). Others wait. Null means no limit.",
  }),
  requestsPerMonth: limit.meta({ description: "The same for a calendar month (UTC)." }),
  questionTopics: z.boolean().meta({
    description: "Whether its questions are labelled by topic. Each session with new questions takes one more request.",
  }),
  model: modelName
    .nullable()
    .meta({ description: "The model that analyses its sessions. Null means the default model of the analysis." }),
};
