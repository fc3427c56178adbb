/**
 * One look for all who ask for it at the same time. Nobody gets one that had begun before they asked: it may have missed what
 * they did just before. Who asks while one is under way shares the next.
 */
export function shareLook<T>(look: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const begin = () => {
    next = undefined;
    const begun = look();
    last = begun;
    return begun;
  };
  return () => {
    next ??= last.then(begin, begin);
    return next;
  };
}
