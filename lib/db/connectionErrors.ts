import type { Client } from "pg";
import { codeOf, LiveDashError, messageOf } from "../errors.ts";

type Target = Pick<Client, "host" | "port" | "user" | "database">;
const UNREACHABLE = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
];
const NOT_YET = ["57P01", "57P02", "57P03"];
/** too_many_connections: of the server, the database or the user. */
const FULL = "53300";
/** PostgreSQL ends the connection of a transaction that was idle, or took longer, than it allows. */
const ENDED = ["25P03", "25P04"];
/** Poolers speak in one code; in these words, of what passes. */
const POOLER = "08P01";
const POOLER_BUSY = /query_wait_timeout|no more connections allowed|client_login_timeout|server login|cannot connect/;
/** How the driver, which gives no codes, says that there is no connection. */
const GONE = /timeout expired|Connection terminated|timeout exceeded|Client has encountered a connection error/;

/** One sentence for a connection that ended in the middle of migrating. */
export function connectionLost(cause: unknown): LiveDashError {
  const sentence = `The connection to PostgreSQL was lost during a migration (${messageOf(cause)}). Migrations are applied completely or not at all, so start again.`;
  return new LiveDashError("database_connection_lost", sentence, { cause, retryable: true });
}

/** Whether a query failed because its connection did: nothing is wrong with the query itself. */
export function isLost(error: unknown): boolean {
  if (error instanceof LiveDashError) return false;
  const code = codeOf(error) ?? "";
  const passes = [...UNREACHABLE, ...NOT_YET, FULL, ...ENDED].includes(code) || /^08(?!P01)/.test(code);
  return passes || isPoolerBusy(error) || GONE.test(messageOf(error));
}

function isPoolerBusy(error: unknown): boolean {
  return codeOf(error) === POOLER && POOLER_BUSY.test(messageOf(error));
}

/** deadlock_detected, serialization_failure: PostgreSQL rolled the transaction back for another's sake. */
const CONFLICTS = ["40P01", "40001"];
/** lock_not_available: another one holds what it wants. */
const HELD = "55P03";

/** Whether a transaction gave way to another one: the same may well go through now. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.includes(codeOf(error) ?? "");
}

/** Whether nothing is wrong with the query itself: its connection was lost, or other transactions were in its way. */
export function isPassing(error: unknown): boolean {
  return isLost(error) || isConflict(error) || codeOf(error) === HELD;
}

/**
 * One sentence for a database that cannot be connected to; it never shows the password.
 * @param variable the one whose address it is
 */
export function explainConnectionError(error: unknown, target?: Target, variable = "DATABASE_URL"): LiveDashError {
  const code = codeOf(error) ?? "";
  const message = messageOf(error);
  const at = target ? ` at ${target.host}:${target.port}` : "";
  const say = (name: string, sentence: string, retryable = false) =>
    new LiveDashError(name, sentence, { cause: error, retryable });

  if (UNREACHABLE.includes(code) || GONE.test(message)) {
    const sentence = `Cannot reach PostgreSQL${at} (${code || "no answer"}). Check ${variable} and that the server is running.`;
    return say("database_unreachable", sentence, true);
  }
  if (NOT_YET.includes(code)) {
    const sentence = `PostgreSQL${at} is not accepting connections (${message}). Try again, or check ${variable}.`;
    return say("database_unreachable", sentence, true);
  }
  if (code === FULL || isPoolerBusy(error)) {
    const who = code === FULL ? "PostgreSQL" : "The pooler";
    const sentence = `${who}${at} has no connection free (${message}). Try again, lower DATABASE_POOL_SIZE, or allow more: docs/operations/poolers.md says how many LiveDash needs.`;
    return say("database_unreachable", sentence, true);
  }
  if (code === POOLER && message.includes("startup parameter")) {
    const sentence = `The pooler${at} refuses what ${variable} sets (${message}). Take \`schema\` and \`options\` out of the address, and set them for the database user: ALTER ROLE ... SET search_path = ...`;
    return say("database_url_refused", sentence);
  }
  if (code.startsWith("28") || message.startsWith("SASL") || message.includes("authentication failed")) {
    const user = target?.user === undefined ? "" : ` the user "${target.user}"`;
    return say(
      "database_access_denied",
      `PostgreSQL${at} refused${user || " access"}. Check the user and password in ${variable}.`,
    );
  }
  if (code === "3D000" || (code === POOLER && /database .*(exist|found)|no such database/.test(message))) {
    const name = target?.database === undefined ? "the database" : `the database "${target.database}"`;
    return say("database_not_found", `PostgreSQL${at} does not have ${name}. Create it, or correct ${variable}.`);
  }
  const sentence = `Cannot use PostgreSQL${at} (${message}). Check ${variable}.`;
  return say("database_connection_failed", sentence, isLost(error));
}
