/** The results of `work` in the order of the items, so many of them under way at a time. The first error ends it. */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underway: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => undefined); // It is awaited in its turn; until then its failure must not end the process.
    underway.push(result);
    if (underway.length >= concurrency) yield await next(underway);
  }
  while (underway.length > 0) yield await next(underway);
}

async function next<Result>(underway: Promise<Result>[]): Promise<Result> {
  const [first] = underway.splice(0, 1);
  return first as Promise<Result>;
}
