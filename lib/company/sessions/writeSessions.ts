import { BYTE_ORDER_MARK, csvLine } from "../../api/csv.ts";
import type { Tenant } from "../asTenant.ts";
import type { SessionFilter } from "./filter.ts";
import { type AskingSession, readPageWithQuestions } from "./readPage.ts";
import { sessionShape, toSessionRow } from "./sessionRow.ts";

const PAGE = 1_000;
const COLUMNS = sessionShape.keyof().options;

/** Reads with a transaction of its own for the company whose sessions are written. */
type Read = (work: (tenant: Tenant) => Promise<AskingSession[]>) => Promise<AskingSession[]>;

/** The sessions that a filter finds as CSV, newest first: page by page, each read when the one before is on its way. */
export async function* writeSessions(filter: SessionFilter, read: Read): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(BYTE_ORDER_MARK + csvLine([...COLUMNS, "questions", "topics"]));
  let after: readonly [Date, string] | undefined;
  do {
    const rows = await read((tenant) => readPageWithQuestions(tenant, filter, { limit: PAGE, after }));
    yield encoder.encode(rows.map(toLine).join(""));
    const last = rows.length === PAGE ? rows.at(-1) : undefined;
    after = last && [last.startTime, last.id];
  } while (after);
}

function toLine(row: AskingSession): string {
  const { questions, topics, ...session } = row;
  const read = toSessionRow(session);
  return csvLine([...COLUMNS.map((column) => read[column]), questions, topics]);
}
