import { inGroups } from "../../_words/numbers.ts";

/** A count that stopped somewhere: `1,000 or more`. */
export function upTo({ count, isMore }: { count: number; isMore: boolean }): string {
  return isMore ? `${inGroups(count)} or more` : inGroups(count);
}
