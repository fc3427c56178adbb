import { z } from "zod";
import { namesGoodSchema } from "./db/searchPath.ts";
import { parseDuration } from "./duration.ts";
import { LiveDashError } from "./errors.ts";
import { PROXY_VARIABLES, providerVariables } from "./providerSettings.ts";
import { GUESSABLE, isGuessable } from "./secret/secretStrength.ts";

function duration(min: number, max: number) {
  return z.string().transform((text, issues) => {
    const ms = parseDuration(text);
    if (ms === undefined) issues.addIssue("is not a duration such as 500ms, 30s, 2m or 1h");
    else if (ms < min || ms > max) issues.addIssue(`must be between ${min} ms and ${max} ms`);
    return ms ?? 0;
  });
}

const flag = z
  .enum(["true", "false", "1", "0"], { error: "must be true or false" })
  .transform((text) => text === "true" || text === "1");

function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/, { error: "must be a whole number" })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error: `must be between ${min} and ${max}` });
}

/** `model=tokens`, separated by commas. */
const tokenBudgets = z.string().transform((text, issues) => {
  const budgets = new Map<string, number>();
  for (const part of text.split(",").filter((given) => given.trim() !== "")) {
    const [, model, tokens] = /^\s*([^=\s]+)\s*=\s*(\d+)\s*$/.exec(part) ?? [];
    if (model && Number(tokens) > 0) budgets.set(model, Number(tokens));
    else issues.addIssue(`must be a list of model=tokens, but contains: ${part.trim()}`);
  }
  return budgets;
});

/** The mail library takes any other word for true. */
function saysTlsClearly(address: string): boolean {
  const given = URL.parse(address)?.searchParams.getAll("requireTLS") ?? [];
  return given.length === 0 || (given.length === 1 && ["true", "false"].includes(given[0] ?? ""));
}

const DAY = 86_400_000;
const LONGEST_RETENTION = 36_525 * DAY;

const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, { error: "must start with postgresql://" })
  .refine(namesGoodSchema, { error: "may name a schema of at most 43 small letters, digits and underscores" })
  .optional();

/** Every variable that LiveDash reads, with its default. `.env.example` explains them (a test compares the two). */
export const environmentSchema = z.object({
  DATABASE_URL: databaseUrl,
  DIRECT_DATABASE_URL: databaseUrl,
  TENANT_DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: integer(2, 1_000).default(10),
  LIVEDASH_DATA_DIR: z.string().default(".livedash"),
  LIVEDASH_SECRET: z
    .string()
    .refine((text) => !isGuessable(text), { error: GUESSABLE })
    .optional(),
  LIVEDASH_SECRET_PREVIOUS: z.string().optional(),
  ...providerVariables,

  BATCH_CREATION_ENABLED: flag.default(true),
  BATCH_CREATION_INTERVAL: duration(100, DAY).default(600_000),
  BATCH_POLLING_ENABLED: flag.default(true),
  BATCH_POLLING_INTERVAL: duration(100, DAY).default(120_000),
  CSV_IMPORT_ENABLED: flag.default(true),
  CSV_IMPORT_INTERVAL: duration(100, DAY).default(900_000),

  BATCH_MAX_LINES: integer(1, 100_000).default(50_000),
  BATCH_MAX_BYTES: integer(10_000, 200_000_000).default(200_000_000),
  BATCH_MAX_PER_HOUR: integer(0, 1_000_000).optional(),
  BATCH_MAX_ATTEMPTS: integer(1, 100).default(5),
  BATCH_LEASE_DURATION: duration(500, 3_600_000).default(60_000),
  BATCH_SETTLE_TIME: duration(0, 3_600_000).default(30_000),
  QUESTION_TOPICS: flag.default(true),

  BATCH_TOKEN_BUDGETS: tokenBudgets.prefault(""),
  BATCH_DELETE_FILES: flag.default(true),
  REAPER_ENABLED: flag.default(true),
  REAPER_INTERVAL: duration(100, DAY).default(3_600_000),

  AUDIT_RETENTION: duration(DAY, LONGEST_RETENTION).optional(),
  AUDIT_ADDRESS_RETENTION: duration(DAY, LONGEST_RETENTION).optional(),

  CSV_MAX_BYTES: integer(1_000, 10_000_000_000).default(1_000_000_000),
  CSV_TIMEOUT: duration(100, 3_600_000).default(300_000),
  TRANSCRIPT_MAX_BYTES: integer(100, 100_000_000).default(5_000_000),

  SAMPLES_ENABLED: flag.default(true),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be an smtp or smtps address" })
    .refine(saysTlsClearly, { error: "may contain requireTLS once, as true or false" })
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<]+@[^\s@>]+>?$/, { error: "must be an email address, or a name and <address>" })
    .optional(),
  TRUST_PROXY: flag.default(false),
  MAX_CONNECTIONS: integer(10, 100_000).default(2_000),
  MAX_CONNECTIONS_PER_ADDRESS: integer(1, 100_000).default(256),
  TWO_FACTOR_REQUIRED: flag.optional(),
  FETCH_PRIVATE_ADDRESSES: flag.default(false),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: integer(0, 65_535).default(3000),
  METRICS_HOST: z.string().min(1).default("127.0.0.1"),
  METRICS_PORT: integer(0, 65_535).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
  LOG_FORMAT: z.enum(["json", "pretty"]).optional(),
});

export type Config = z.output<typeof environmentSchema>;

/**
 * Reads the configuration from environment variables; an empty one counts as unset.
 * @throws LiveDashError `invalid_configuration`, naming every variable that is wrong and how.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  for (const name of PROXY_VARIABLES) given[name] ??= given[name.toLowerCase()];
  const result = environmentSchema.safeParse(given);
  const faults = result.error?.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`) ?? [];
  for (const name of ["DIRECT_DATABASE_URL", "TENANT_DATABASE_URL"]) {
    if (given[name] && !given.DATABASE_URL) faults.push(`${name} is set, but DATABASE_URL is not`);
  }
  const isAzure = Boolean(given.AZURE_OPENAI_ENDPOINT || given.AZURE_OPENAI_API_KEY);
  if (isAzure && !given.AZURE_OPENAI_ENDPOINT)
    faults.push("AZURE_OPENAI_API_KEY is set, but AZURE_OPENAI_ENDPOINT is not");
  if (isAzure && (given.OPENAI_API_KEY || given.OPENAI_BASE_URL)) {
    faults.push("OPENAI_... and AZURE_OPENAI_... both name a provider: set those of one");
  }
  if (result.success && faults.length === 0) {
    assertMailIsWhole(result.data);
    return result.data;
  }
  throw new LiveDashError("invalid_configuration", `The configuration is not valid: ${faults.join("; ")}.`);
}

/** A mail needs a sender, and its links an address. */
function assertMailIsWhole({ SMTP_URL, MAIL_FROM, PUBLIC_URL }: Config): void {
  if (!SMTP_URL && !MAIL_FROM) return;
  const missing = Object.entries({ SMTP_URL, MAIL_FROM, PUBLIC_URL }).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length === 0) return;
  throw new LiveDashError(
    "invalid_configuration",
    `The configuration is not valid: sending mail needs SMTP_URL, MAIL_FROM and PUBLIC_URL. Set ${missing.join(" and ")}.`,
  );
}
