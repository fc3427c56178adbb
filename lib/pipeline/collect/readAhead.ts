/**
 * So many chunks are in memory beside the one that each batch has there: two of one batch while one is read and one applied.
 * More would help nobody, since the database is the slower part by far.
 */
const MOST_AHEAD = 1;

/** Over all batches that this process collects. */
let ahead = 0;

/** Whether the next chunk may be read while this one is applied; otherwise it is to be awaited first. */
export function mayReadAhead(applying: Promise<void>): boolean {
  if (ahead >= MOST_AHEAD) return false;
  ahead++;
  const end = () => {
    ahead--;
  };
  applying.then(end, end);
  return true;
}
