import { z } from "zod";

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Set by LiveDash itself, or the business of the connection. */
const RESERVED = new Set(
  "authorization connection content-length content-type host openai-organization openai-project transfer-encoding".split(
    " ",
  ),
);
const PROXY_PROTOCOLS = new Set(["http:", "https:"]);

/** A key, or what else goes into a header of each call. */
export const sendable = z.string().superRefine(checkSendable);
/** Where a provider's API is. */
export const providerAddress = z.string().superRefine(checkAddress);

/** The variables about the provider and the way to it. What is wrong with one is said without its value. */
export const providerVariables = {
  OPENAI_API_KEY: sendable.optional(),
  OPENAI_BASE_URL: providerAddress.optional(),
  OPENAI_ENDPOINT: z.enum(["/v1/chat/completions", "/v1/responses"]).default("/v1/chat/completions"),
  AZURE_OPENAI_ENDPOINT: providerAddress.optional(),
  AZURE_OPENAI_API_KEY: sendable.optional(),
  OPENAI_ORG_ID: sendable.optional(),
  OPENAI_PROJECT_ID: sendable.optional(),
  OPENAI_CUSTOM_HEADERS: z.string().superRefine(checkHeaders).optional(),
  HTTPS_PROXY: z.string().transform(readProxy).optional(),
  HTTP_PROXY: z.string().transform(readProxy).optional(),
  NO_PROXY: z.string().optional(),
};

/** These are commonly written in lower case too. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] as const;

interface Issues {
  addIssue(message: string): void;
}

/** A value that goes into a header as it is: visible ASCII. The usual faults of copying are named. */
function checkSendable(value: string, issues: Issues): void {
  if (value !== value.trim()) issues.addIssue("starts or ends with a space or a line break. Remove it");
  else if (/\s/.test(value)) issues.addIssue("contains a space or a line break. Copy it again in one piece");
  else if (/^(["'`]).*\1$/.test(value)) issues.addIssue("has quotes around it that are part of the value. Remove them");
  else if (!/^[\x21-\x7e]+$/.test(value)) issues.addIssue("contains characters that cannot be sent. Copy it again");
}

function checkAddress(value: string, issues: Issues): void {
  const url = /\s/.test(value) ? null : URL.parse(value);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") issues.addIssue("must be an http or https address");
  else if (url.username || url.password) {
    issues.addIssue("must not contain a user name or password. Set the key apart");
  } else if (url.hash) issues.addIssue("must not contain a #");
}

function readProxy(value: string, issues: Issues): string {
  const text = value.trim();
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url && PROXY_PROTOCOLS.has(url.protocol) && url.hostname && isDecodable(url.username + url.password)) {
    return url.href;
  }
  issues.addIssue("must be the address of an http proxy, such as http://proxy.example.com:3128");
  return "";
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function checkHeaders(value: string, issues: Issues): void {
  for (const [index, line] of headerLines(value).entries()) {
    const [name, text] = line;
    if (!HEADER_NAME.test(name) || !/^[\x20-\x7e]+$/.test(text)) {
      issues.addIssue(`must have "Name: value" as its header ${index + 1}`);
    } else if (RESERVED.has(name.toLowerCase())) {
      issues.addIssue(`must not set ${name}. LiveDash sets it itself`);
    }
  }
}

function headerLines(text: string): [name: string, value: string][] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, Math.max(0, colon)).trim(), line.slice(colon + 1).trim()];
  });
}

/** The headers of OPENAI_CUSTOM_HEADERS, one a line. */
export function readHeaders(text: string | undefined): Record<string, string> {
  return Object.fromEntries(headerLines(text ?? ""));
}

/** User and password in the address of a proxy, if it holds any. */
export function credentialsIn(proxy: string | undefined): string[] {
  const url = URL.parse(proxy ?? "");
  return url
    ? [url.username, url.password].flatMap((text) => [text, isDecodable(text) ? decodeURIComponent(text) : ""])
    : [];
}

/** What of the configuration, or of the environment, must be seen nowhere. */
export function secretsIn(values: Readonly<Record<string, unknown>>): string[] {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : "";
  };
  return [
    text("OPENAI_API_KEY"),
    text("AZURE_OPENAI_API_KEY"),
    text("LIVEDASH_SECRET"),
    text("LIVEDASH_SECRET_PREVIOUS"),
    ...credentialsIn(text("SMTP_URL")),
    ...Object.values(readHeaders(text("OPENAI_CUSTOM_HEADERS"))),
    ...[...PROXY_VARIABLES, ...PROXY_VARIABLES.map((name) => name.toLowerCase())].flatMap((name) =>
      credentialsIn(text(name)),
    ),
  ];
}
