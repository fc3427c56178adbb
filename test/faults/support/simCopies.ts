import { atCommandLine } from "../../../cli/commandActor.ts";
import { adoptCopy } from "../../../lib/admin/copies/adoptCopy.ts";
import { detachCopy } from "../../../lib/admin/copies/detachCopy.ts";
import { type Installation, readInstallation } from "../../../lib/installation/installation.ts";
import type { Scene } from "./simCase.ts";
import type { Crew } from "./simCrew.ts";
import { listSentBackAtOnce } from "./simJudge.ts";
import { insist, liftForgottenStop, sleep } from "./simOperator.ts";

const LOOKS_EVERY_MS = 20_000;

/** How a copy is made, or a database set back, and what is decided of it. Times are ms of virtual time. */
interface Restoring {
  dumpedAfterMs: number;
  restoredAfterMs: number;
  decidedAfterMs: number;
  /** `same`: PostgreSQL itself gives no sign of it. */
  place: "same" | "other";
}

export interface Copying extends Restoring {
  workers: number;
  decision: "adopt copy" | "adopt original" | "detach copy" | "none";
  /** What becomes of the workers of the one that is not to go on. */
  others: "crash" | "stop" | "go on";
}

export interface SettingBack extends Restoring {
  decision: "adopt" | "detach";
  workers: "crash" | "stop" | "go on";
}

/** A dump is restored beside the database from which it was made, and somebody says which of the two is which. */
export async function copyBeside(scene: Scene, plan: Copying): Promise<void> {
  const { main } = scene;
  const snapshot = await dump(scene, plan);
  if (!snapshot) return;
  const copy = await scene.alone("restores the dump beside", () =>
    scene.putBeside(plan.workers, (database) => database.restore(snapshot, plan.place)),
  );
  scene.did(`copies, ${plan.place} place`);
  const both = plan.place === "same" ? scene.workSideBySide() : undefined;
  await sleep(scene, plan.decidedAfterMs);
  if (scene.isOver()) return;
  if (plan.place === "other" && copy.changes > 0) scene.violation("a copy changed something at the provider");
  if (plan.decision === "none") return;
  scene.did(plan.decision);
  if (plan.decision === "detach copy") {
    copy.isInCharge = true;
    await detach(scene, copy);
    both?.end();
    await liftForgottenStop(scene, copy);
    if (plan.place === "other") return;
    // It may have sent something under the id of both before it was detached, and collected what was for the other one.
    main.forgetsUntil = scene.world.time().now();
    return adoptWhenCopied(scene, main, 0);
  }
  const [next, last] = plan.decision === "adopt copy" ? [copy, main] : [main, copy];
  if (plan.others === "go on") scene.allowBuyingTwice();
  else await last.halt(plan.others);
  both?.end();
  await remember(scene, next, last);
  next.forgetsUntil = scene.world.time().now();
  last.isInCharge = false;
  last.mustFindOut = plan.others === "go on";
  next.isInCharge = true;
  await adopt(scene, next);
  await liftForgottenStop(scene, next);
  await remember(scene, next, last);
}

/** A dump is restored over the database from which it was made. Where that shows, somebody says what it is now. */
export async function setBack(scene: Scene, plan: SettingBack): Promise<void> {
  const { main } = scene;
  const snapshot = await dump(scene, plan);
  if (!snapshot) return;
  if (plan.workers === "go on") scene.allowBuyingTwice();
  else await main.halt(plan.workers);
  if (scene.isOver()) return;
  await remember(scene, main, main);
  await scene.alone("sets the database back", () => main.database.restore(snapshot, plan.place));
  main.forgetsUntil = scene.world.time().now();
  scene.did(`set back, ${plan.place} place`);
  const { changes } = main;
  if (plan.workers !== "go on") main.resume();
  await liftForgottenStop(scene, main);
  if (plan.decision === "adopt") return adoptWhenCopied(scene, main, plan.decidedAfterMs);
  await untilCopied(scene, main);
  await sleep(scene, plan.decidedAfterMs);
  if (scene.isOver()) return;
  if (plan.place === "other" && plan.workers !== "go on" && main.changes > changes)
    scene.violation("a database that was set back changed something at the provider");
  scene.did("detach what was set back");
  await detach(scene, main);
}

async function dump(scene: Scene, { dumpedAfterMs, restoredAfterMs }: Restoring) {
  const { main } = scene;
  await sleep(scene, dumpedAfterMs);
  // Before its first start a database is no installation yet: copies of it are two that know nothing of each other.
  while (!scene.isOver() && !(await look(scene, main))) await sleep(scene, 1_000);
  if (scene.isOver()) return undefined;
  const snapshot = await scene.alone("makes a dump", () => main.database.takeSnapshot());
  await sleep(scene, restoredAfterMs);
  return scene.isOver() ? undefined : snapshot;
}

/** What people confirmed in a database is true, whatever becomes of its rows. */
async function remember(scene: Scene, next: Crew, last: Crew): Promise<void> {
  const sentBack = await scene.alone("looks at what was given up", () => listSentBackAtOnce(last.database.admin));
  for (const id of [...last.sentBackAtOnce, ...sentBack]) next.sentBackAtOnce.add(id);
}

async function adoptWhenCopied(scene: Scene, crew: Crew, afterMs: number): Promise<void> {
  await untilCopied(scene, crew);
  await sleep(scene, afterMs);
  if (scene.isOver()) return;
  scene.did("adopt what was set back");
  await adopt(scene, crew);
}

async function untilCopied(scene: Scene, crew: Crew): Promise<void> {
  while (!scene.isOver() && !(await look(scene, crew))?.copied) await sleep(scene, LOOKS_EVERY_MS);
}

/** As a person does it: whatever the command said, it is done when the database says so. */
async function adopt(scene: Scene, crew: Crew): Promise<void> {
  const before = await look(scene, crew);
  await insist(
    scene,
    async (ctx) => {
      const now = await readInstallation(ctx.db);
      if (before && now && now.generation > before.generation) return true;
      await adoptCopy(atCommandLine(ctx));
      return true;
    },
    crew,
  );
}

async function detach(scene: Scene, crew: Crew): Promise<void> {
  const before = await look(scene, crew);
  await insist(
    scene,
    async (ctx) => {
      const now = await readInstallation(ctx.db);
      if (before && now && now.id !== before.id) return true;
      await detachCopy(atCommandLine(ctx));
      return true;
    },
    crew,
  );
}

function look(scene: Scene, { database }: Crew): Promise<Installation | undefined> {
  return scene.alone("looks", () => readInstallation(database.admin));
}
