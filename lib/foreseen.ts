import { explainConnectionError, isLost } from "./db/connectionErrors.ts";
import { codeOf, LiveDashError, messageOf } from "./errors.ts";

type Sentence = (message: string) => string;

/** What PostgreSQL refuses in the middle of work for reasons outside of LiveDash. Its messages name tables and limits, no data. */
const REFUSALS: Record<string, [code: string, Sentence]> = {
  "42501": [
    "database_rights_missing",
    (message) =>
      `The database user may not do that (${message}). As the owner of the tables, run \`livedash migrate\`; if that does not help, run what \`livedash migrate --print-grants\` prints as an administrator.`,
  ],
  "57014": [
    "database_time_limit",
    (message) =>
      `PostgreSQL broke off a query (${message}). Raise the limit of the database user (ALTER ROLE ... SET statement_timeout), or try again.`,
  ],
  "55P03": [
    "database_busy",
    (message) => `Another process holds what this needs in PostgreSQL (${message}). Try again when it has finished.`,
  ],
  "25006": [
    "database_read_only",
    (message) =>
      `PostgreSQL lets nobody write there (${message}). Set DATABASE_URL to the primary server, not to a replica of it.`,
  ],
  "53100": [
    "database_disk_full",
    (message) => `The disk of PostgreSQL is full (${message}). Free some space, then try again.`,
  ],
  "53200": [
    "database_out_of_memory",
    (message) => `PostgreSQL is out of memory (${message}). Give it more, then try again.`,
  ],
};

/** What the system refuses. */
const DENIED = ["EACCES", "EPERM", "EROFS"];
const FULL = ["ENOSPC", "EDQUOT"];
const TOO_MANY = ["EMFILE", "ENFILE"];

/**
 * One sentence with the remedy for what can go wrong around LiveDash: rights, limits, disks, connections. Its code begins with
 * `database_` or `system_`, unless it is an error of our own. Undefined for what nobody foresaw: its stack is of use.
 */
export function explainForeseen(error: unknown): LiveDashError | undefined {
  if (error instanceof LiveDashError) return error;
  const code = codeOf(error) ?? "";
  const refusal = REFUSALS[code];
  if (refusal) {
    const [name, sentence] = refusal;
    return new LiveDashError(name, sentence(messageOf(error)), { cause: error });
  }
  return isLost(error) ? explainConnectionError(error) : explainSystemError(error, code);
}

function explainSystemError(error: unknown, code: string): LiveDashError | undefined {
  const path = Object(error).path;
  const what = typeof path === "string" ? path : "a file";
  const say = (name: string, sentence: string) => new LiveDashError(name, sentence, { cause: error });
  if (DENIED.includes(code)) {
    const sentence = `LiveDash may not use ${what} (${code}). Give the user who runs it the right to, or name another place.`;
    return say("system_file_denied", sentence);
  }
  if (FULL.includes(code)) {
    return say("system_disk_full", `The disk that holds ${what} is full (${code}). Free some space, then try again.`);
  }
  if (TOO_MANY.includes(code)) {
    return say(
      "system_too_many_files",
      `Too many files are open (${code}). Raise the limit (ulimit -n), then start again.`,
    );
  }
  return undefined;
}
