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
const NOT_YET = ["57P01", "57P02", "57P03", "53300"];
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
  return [...UNREACHABLE, ...NOT_YET].includes(code) || GONE.test(messageOf(error));
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
  if (code.startsWith("28") || message.startsWith("SASL")) {
    const user = target?.user === undefined ? "" : ` the user "${target.user}"`;
    return say(
      "database_access_denied",
      `PostgreSQL${at} refused${user || " access"}. Check the user and password in ${variable}.`,
    );
  }
  if (code === "3D000") {
    const name = target?.database === undefined ? "the database" : `the database "${target.database}"`;
    return say("database_not_found", `PostgreSQL${at} does not have ${name}. Create it, or correct ${variable}.`);
  }
  return say("database_connection_failed", `Cannot use PostgreSQL${at} (${message}). Check ${variable}.`);
}
