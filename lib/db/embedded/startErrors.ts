import { codeOf, LiveDashError, messageOf } from "../../errors.ts";

/** The one sentence for a folder that cannot be used, and why. */
export function notWritable(folder: string, cause: unknown): LiveDashError {
  if (codeOf(cause) === "ENOSPC" || codeOf(cause) === "EDQUOT") return diskFull(folder, cause);
  return new LiveDashError(
    "embedded_postgres_not_writable",
    `LiveDash cannot store its database in ${folder} (${codeOf(cause) ?? "unknown error"}). Make the folder writable, or set DATABASE_URL.`,
    { cause },
  );
}

/** The one sentence for a full disk. */
export function diskFull(folder: string, cause?: unknown): LiveDashError {
  return new LiveDashError(
    "embedded_postgres_disk_full",
    `The disk that holds ${folder} is full. Free some space, or set DATABASE_URL to a database elsewhere.`,
    { cause },
  );
}

/** A disk that fills up in the middle of a write is told as a short write. */
export function tellsOfFullDisk(output: string): boolean {
  return /No space left on device|wrote only \d+ of \d+ bytes/.test(output);
}

/** A program that is there but cannot be started: another libc, a disk mounted noexec. */
export function cannotRun(program: string, cause: unknown): LiveDashError {
  return new LiveDashError(
    "embedded_postgres_unsupported",
    `The embedded PostgreSQL does not run on this system (${program}: ${codeOf(cause) ?? "unknown error"}). Set DATABASE_URL to PostgreSQL 15 or newer.`,
    { cause },
  );
}

/** A server that runs but answers with an error that nothing here expects. */
export function unusable(data: string, logFile: string, cause: unknown): LiveDashError {
  return new LiveDashError(
    "embedded_postgres_unusable",
    `The embedded PostgreSQL in ${data} is running but cannot be used (${messageOf(cause)}). See ${logFile}, or set DATABASE_URL.`,
    { cause },
  );
}
