import { ApiError } from "../errors.ts";
import type { Call } from "./call.ts";
import { json, type Reply } from "./reply.ts";

/** `limit` of a list call; out of bounds or no whole number is a 400. */
export function readLimit(call: Call, usual: number, most: number): number {
  const text = call.query.get("limit");
  if (text === null) return usual;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new ApiError(400, `Invalid value for 'limit': expected a whole number from 1 to ${most}.`, {
    param: "limit",
    code: "invalid_value",
  });
}

/** One page of `items`, which are in the order of the list, after the one with the id `after`. */
export function listPage<T extends { id: string }>(
  call: Call,
  items: T[],
  limit: number,
  view: (item: T) => object,
): Reply {
  const after = call.query.get("after");
  const index = after ? items.findIndex((item) => item.id === after) : -1;
  if (after && index === -1) {
    throw new ApiError(400, "Invalid value for 'after': no such object.", { param: "after", code: "invalid_value" });
  }
  const page = items.slice(index + 1, index + 1 + limit);
  return json({
    object: "list",
    data: page.map(view),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: index + 1 + page.length < items.length,
  });
}
