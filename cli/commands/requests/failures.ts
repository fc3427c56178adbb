import { listFailureGroups } from "../../../lib/admin/failures/listFailureGroups.ts";
import { callOperation } from "../../../lib/api/operation.ts";
import { print, printJson, textTable } from "../../printed.ts";
import { withOperations } from "../../withRuntime.ts";

const HEAD = ["STILL FAILED", "HOUR", "DAY", "WEEK", "ERROR CODE", "MEANING", "ERROR GROUP"];

/** Prints what failed in the last hour, day and week, by code and message, the most frequent of the day first. */
export function failures(options: { limit?: string; json?: boolean }): Promise<void> {
  return withOperations(async (ctx) => {
    const answer = await callOperation(ctx, listFailureGroups, options.limit ? { limit: options.limit } : {});
    if (options.json) return printJson(answer);
    if (answer.groups.length === 0) return print("Nothing has failed in the last week.\n");
    const lines = answer.groups.map(({ stillFailed, lastHour, lastDay, lastWeek, code, meaning, message }) => {
      return [stillFailed, lastHour, lastDay, lastWeek, code, meaning, message];
    });
    print(textTable(HEAD, lines));
    print('\nTo requeue a group: livedash requests requeue --error-code CODE --error-group "GROUP"\n');
    if (answer.more) print("There are more groups. Use --limit (up to 200).\n");
  });
}
