import { pick, type Search } from "../../_kit/search.ts";

/** What sessions can be chosen by: it stands in the address of every page that shows some. */
const FILTERS = [
  "search",
  "externalSessionId",
  "externalSessionIdPrefix",
  "from",
  "to",
  "sentiment",
  "category",
  "language",
  "escalated",
  "forwardedHr",
  "analysed",
  "empty",
  "country",
  "hour",
  "responseTime",
  "question",
  "questionId",
  "topic",
] as const;

export type FilterName = (typeof FILTERS)[number];
export type Filter = Partial<Record<FilterName, string>>;

export const OVERVIEW = "/dashboard";
export const SESSIONS = "/dashboard/sessions";

export function readFilter(search: Search): Filter {
  return pick(search, FILTERS);
}
