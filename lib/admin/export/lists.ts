import { z } from "zod";
import { type CallContext, callOperation, type Operation } from "../../api/operation.ts";
import type { Permission } from "../../auth/permissions.ts";
import { auditRecord, listAudit } from "../audit/listAudit.ts";
import { batchRow } from "../batches/batchRow.ts";
import { listBatches } from "../batches/listBatches.ts";
import { failureGroup } from "../failures/failureGroup.ts";
import { listFailureGroups } from "../failures/listFailureGroups.ts";
import { listRequests } from "../requests/listRequests.ts";
import { requestRow } from "../requests/requestRow.ts";

export type Row = Record<string, unknown>;

interface Page {
  rows: Row[];
  nextCursor: string | null;
}

/** The lists that can be exported: each through its own operation, with its filters, its permission and its order. */
const LISTS = {
  requests: exported(listRequests, requestRow, ({ requests, nextCursor }) => ({ rows: requests, nextCursor })),
  batches: exported(listBatches, batchRow, ({ batches, nextCursor }) => ({ rows: batches, nextCursor })),
  audit: exported(listAudit, auditRecord, ({ records, nextCursor }) => ({ rows: records, nextCursor })),
  errors: exported(listFailureGroups, failureGroup, ({ groups }) => ({ rows: groups, nextCursor: null })),
};

export type ListName = keyof typeof LISTS;

export const LIST_NAMES = Object.keys(LISTS) as ListName[];

const ROWS_A_PAGE = 200;

type Field = Exclude<(typeof LISTS)[ListName]["fields"][number], "limit" | "cursor">;
const filterField = z.string().max(500).optional().meta({ description: "As for the list." });

/** Every filter that some list takes; the list that is asked for checks them. */
export const filterFields = Object.fromEntries(
  LIST_NAMES.flatMap((name): string[] => LISTS[name].fields)
    .filter((field) => field !== "limit" && field !== "cursor")
    .map((field) => [field, filterField]),
) as Record<Field, typeof filterField>;

/** What reading a list takes. */
export function permissionOfList(name: ListName): Permission {
  return LISTS[name].permission;
}

export function columnsOf(name: ListName): readonly string[] {
  return LISTS[name].columns;
}

/** The pages of a list, one after the other, each read when it is asked for. */
export async function* readPages(ctx: CallContext, name: ListName, filter: Row): AsyncGenerator<Row[]> {
  let cursor: string | null | undefined;
  do {
    const page: Page = await LISTS[name].read(ctx, { ...filter, limit: ROWS_A_PAGE, ...(cursor ? { cursor } : {}) });
    yield page.rows;
    cursor = page.nextCursor;
  } while (cursor);
}

function exported<I extends z.ZodObject, O extends z.ZodType>(
  operation: Operation<I, O>,
  row: z.ZodObject,
  toPage: (answer: Awaited<ReturnType<typeof callOperation<I, O>>>) => Page,
) {
  return {
    fields: Object.keys(operation.input.shape) as (keyof z.output<I> & string)[],
    permission: operation.permission,
    columns: Object.keys(row.shape),
    read: async (ctx: CallContext, input: Row) => toPage(await callOperation(ctx, operation, input)),
  };
}
