/** Counts how often the event loop goes round, until it is stopped: so often would others have had their turn. */
export function countLoopTurns(): { readonly turns: number; stop: () => void } {
  let turns = 0;
  let next = setImmediate(count);
  function count() {
    turns++;
    next = setImmediate(count);
  }
  return {
    get turns() {
      return turns;
    },
    stop: () => clearImmediate(next),
  };
}
