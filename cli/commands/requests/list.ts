import { listRequests } from "../../../lib/admin/requests/listRequests.ts";
import { callOperation } from "../../../lib/api/operation.ts";
import { limitOf } from "../../given.ts";
import { inUtc, inWords, print, printJson, textTable } from "../../printed.ts";
import { readUpTo } from "../../readUpTo.ts";
import { withOperations } from "../../withRuntime.ts";
import { filterOf, type RequestOptions } from "./filter.ts";

interface ListOptions extends RequestOptions {
  status: string;
  oldest?: boolean;
  limit?: string;
  json?: boolean;
}

const HEAD = ["SESSION", "REQUEST", "COMPANY", "MODEL", "ATTEMPTS", "REQUESTED", "ERROR"];

/** Prints the requests in one status, narrowed as they are asked for. */
export function list(options: ListOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const status = options.status.replaceAll("-", "_").toLowerCase();
    const filter = { ...(await filterOf(ctx, options, status)), order: options.oldest ? "oldest" : "newest" };
    const { rows, nextCursor } = await readUpTo(limitOf(options.limit), async (page) => {
      const { requests, nextCursor } = await callOperation(ctx, listRequests, { status, ...filter, ...page });
      return { rows: requests, nextCursor };
    });
    if (options.json) return printJson({ requests: rows, nextCursor });
    if (rows.length === 0) return print(`No requests with the status "${inWords(status)}" match.\n`);
    const lines = rows.map((row) => {
      const { externalSessionId, id, companyName, model, attempt, requestedAt, errorCode, error } = row;
      const reason = errorCode ? `${errorCode}: ${(error ?? "").slice(0, 120)}` : "";
      return [externalSessionId, id, companyName, model, attempt, inUtc(requestedAt), reason];
    });
    print(textTable(HEAD, lines));
    if (nextCursor) print("There are more. Use --limit (up to 10000) or narrow the filters.\n");
  });
}
