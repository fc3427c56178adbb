import { notFound, RefusedError } from "../../api/errors.ts";
import { LiveDashError } from "../../errors.ts";

/** What whoever asked for an import is told when it fails; a fault of our own is passed on. */
export function importRefusal(cause: unknown): unknown {
  if (!(cause instanceof LiveDashError) || cause instanceof RefusedError) return cause;
  if (cause.code === "company_not_found") return notFound("company");
  if (cause.code === "csv_too_large") return new RefusedError("too_large", cause.message, { cause });
  if (cause.code === "too_many_dry_runs") return new RefusedError("too_many_calls", cause.message, { cause });
  if (cause.code === "stopped") return new RefusedError("stopping", cause.message, { cause });
  return new RefusedError("import_failed", cause.message, { cause });
}
