import type { z } from "zod";

const MOST_VALUES = 20;

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  date: "a date",
};
const FORMATS: Record<string, string> = {
  email: "is not an email address",
  url: "is not a web address",
  date: "is not a date such as 2026-11-26",
  datetime: "is not a time such as 2026-11-26T10:00:00Z",
};

/** What is wrong with a field, where its schema says nothing of its own: as `name: is required`. */
export function faultInWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return issue.origin === "string" || issue.origin === "array"
        ? `must have at most ${amount(issue.origin, issue.maximum)}`
        : `must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values.map(String))}`;
    case "invalid_format":
      return FORMATS[issue.format] ?? "has the wrong format";
    case "unrecognized_keys":
      return `${issue.keys.length === 1 ? "unknown field" : "unknown fields"} ${issue.keys.join(", ")}`;
    case "invalid_union":
      return issue.input === undefined ? "is required" : "has the wrong format";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return undefined;
  }
}

function tooSmall(issue: z.core.$ZodRawIssue & { code: "too_small" }): string {
  if (issue.origin !== "string" && issue.origin !== "array") {
    return `must be ${issue.inclusive === false ? "greater than" : "at least"} ${issue.minimum}`;
  }
  return Number(issue.minimum) === 1
    ? "must not be empty"
    : `must have at least ${amount(issue.origin, issue.minimum)}`;
}

function amount(origin: string, count: number | bigint): string {
  const one = origin === "string" ? "character" : "item";
  return `${count} ${Number(count) === 1 ? one : `${one}s`}`;
}

function oneOf(values: readonly string[]): string {
  if (values.length <= 1) return values.join("");
  const shown = values.slice(0, MOST_VALUES);
  const end = values.length > MOST_VALUES ? ` or one of ${values.length - MOST_VALUES} others` : ` or ${shown.pop()}`;
  return `${shown.join(", ")}${end}`;
}
