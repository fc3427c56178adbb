import { onTestFinished } from "vitest";

/** Counts how often the event loop goes round in this test: so often would others have had their turn. Answers how often by now. */
export function countLoopTurns(): () => number {
  let turns = 0;
  let next = setImmediate(count);
  function count() {
    turns++;
    next = setImmediate(count);
  }
  onTestFinished(() => clearImmediate(next));
  return () => turns;
}
