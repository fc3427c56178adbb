import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Pool } from "pg";
import type { VirtualTime } from "../../test/faults/support/simTime.ts";

const CALM_TURNS = 3;

/** Moves time on whenever all that there is to do waits for it, until the work is over. */
export async function letTimePass(time: VirtualTime, db: Pool, work: Promise<unknown>): Promise<void> {
  let over: { error?: unknown } | undefined;
  work.then(
    () => {
      over = {};
    },
    (error) => {
      over = { error };
    },
  );
  while (!over) {
    await calm(db);
    if (!over && !time.advance()) throw new Error("Everybody waits, and nobody will be woken.");
  }
  if ("error" in over) throw over.error;
}

/** Resolves when no statement and no file operation is under way. */
async function calm(db: Pool): Promise<void> {
  for (let turns = 0; turns < CALM_TURNS; ) {
    if (db.totalCount > db.idleCount || db.waitingCount > 0) await once(db, "release");
    await setImmediate();
    const isBusy = db.totalCount > db.idleCount || db.waitingCount > 0 || filesAreBusy();
    turns = isBusy ? 0 : turns + 1;
  }
}

function filesAreBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.includes("Req"));
}
