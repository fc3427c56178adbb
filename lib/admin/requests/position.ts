import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { id } from "../../api/fields.ts";
import type { Position } from "./selectRequests.ts";

type Query = Record<string, unknown>;

const END_OF_TIME = Date.UTC(9999, 0);
const shape = z.tuple([z.number().int().min(0).max(END_OF_TIME), id]);

export function positionToCursor(query: Query, { requestedAt, id }: Position): string {
  return encodeCursor(query, [requestedAt.getTime(), id]);
}

/** @throws RefusedError `invalid_cursor` */
export function cursorToPosition(query: Query, cursor: string | null | undefined): Position | undefined {
  if (!cursor) return undefined;
  const [requestedAt, id] = decodeCursor(query, cursor, shape);
  return { requestedAt: new Date(requestedAt), id };
}
