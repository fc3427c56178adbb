import { ProviderError } from "../contract/errors.ts";
import type { Page } from "./shapes.ts";

const MOST_PAGES = 1_000;
/** By so much a list may be out of order and still count as newest first. */
const JITTER_MS = 60_000;
/** A list that seems to be newest first is read on for pages with so many that are old: a part of it may be sorted alone. */
const OLD_IN_A_ROW = 500;

export type GetPage<Item> = (after?: string) => Promise<Page<Item>>;

/**
 * Reads a list to its end, each item once; `limit` rows are asked for at a time. Not the SDK's own pager: it takes a
 * reply of any other shape for an empty list.
 * @throws ProviderError for a list that does not come to an end: what it does not show must not count as not there
 */
export async function* listPages<Item extends { id: string }>(
  getPage: GetPage<Item>,
  limit: number,
): AsyncGenerator<Item[]> {
  const seen = new Set<string>();
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await getPage(after);
    const fresh = page.items.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield fresh;
    // One that is full may go on, whatever it says of that.
    if ((page.hasMore === false && page.rows < limit) || page.cursor === null) return;
    if (page.cursor === after || (page.items.length > 0 && fresh.length === 0)) {
      // A server that knows no pages lists all of it each time; one that says that there is more keeps something back.
      if (page.hasMore !== true) return;
      throw new ProviderError("provider_unreachable", "The provider keeps returning the same page of a list.");
    }
    after = page.cursor;
  }
  throw new ProviderError("provider_unreachable", `A list at the provider has more than ${MOST_PAGES} pages.`);
}

/**
 * All that was created since then, or of which nobody knows when. A list that shows by its times that it is newest first is
 * read until they are older, and somewhat beyond; any other one to its end.
 */
export async function* listSince<Item extends { id: string; createdAt: Date | null }>(
  getPage: GetPage<Item>,
  limit: number,
  since: Date,
): AsyncGenerator<Item> {
  let last = Number.POSITIVE_INFINITY;
  let [falls, rises, old] = [false, false, 0];
  for await (const items of listPages(getPage, limit)) {
    yield* items.filter(({ createdAt }) => createdAt === null || createdAt >= since);
    const times = items.flatMap(({ createdAt }) => createdAt?.getTime() ?? []);
    for (const time of times) {
      falls ||= time < last && last !== Number.POSITIVE_INFINITY;
      rises ||= time > last + JITTER_MS;
      last = time;
    }
    const isOld = times.length > 0 && times.every((time) => time < since.getTime() - JITTER_MS);
    old = isOld ? old + times.length : 0;
    if (falls && !rises && old >= OLD_IN_A_ROW) return;
  }
}
