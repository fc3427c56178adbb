import { playCrashCase } from "./crashCase.ts";
import type { Answer, Task } from "./simFarm.ts";
import { playSeed } from "./simSeed.ts";
import { openWorld, type World } from "./simWorld.ts";

/** A process that plays cases one after another, as its parent sends them. Its databases are its arguments. */
const [, , database = "", beside = ""] = process.argv;
const world = await openWorld(database, beside);
process.on("message", (task: Task) => {
  void play(world, task).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => void world.close().then(() => process.exit(0)));
process.send?.({ kind: "ready" } satisfies Answer);

async function play(world: World, task: Task): Promise<Answer> {
  const trace: string[] = [];
  const options = { trace, verbose: task.verbose ?? false };
  try {
    const outcome =
      task.kind === "crash"
        ? await playCrashCase(world, task.scenario, task.cut, options)
        : await playSeed(world, task.seed, { ...options, beyond: task.beyond ?? false });
    // A trace is long, and only asked for when something is wrong.
    const isWanted = task.verbose || outcome.violations.length > 0;
    return { kind: "outcome", outcome: { ...outcome, trace: isWanted ? trace : [] } };
  } catch (error) {
    return { kind: "broken", error: error instanceof Error ? (error.stack ?? error.message) : String(error), trace };
  }
}
