import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { inject } from "vitest";
import { createTestDatabase } from "../../support/database.ts";
import type { CrashOutcome } from "./crashCase.ts";
import type { Cut } from "./crashScenarios.ts";
import type { Outcome } from "./simCase.ts";
import type { SeedOutcome } from "./simSeed.ts";

export type Task = { verbose?: boolean } & (
  | { kind: "crash"; scenario: string; cut?: Cut }
  | { kind: "seed"; seed: number; beyond?: boolean }
);

export type Answer =
  | { kind: "ready" }
  | { kind: "outcome"; outcome: Outcome & Partial<CrashOutcome & SeedOutcome> }
  /** It did not come to rest, or the simulation itself failed. */
  | { kind: "broken"; error: string; trace: string[] };

export type Played = Exclude<Answer, { kind: "ready" }>;

const SCRIPT = join(import.meta.dirname, "simProcess.ts");

/** Processes that play cases, each with databases and an emulator of its own. */
export interface Farm {
  /** Plays all of these, as many at a time as there are processes, and reports each as it is done. */
  play<T extends Task>(tasks: readonly T[], report: (task: T, answer: Played) => void): Promise<void>;
  close(): Promise<void>;
}

/** @param size how many processes; while this farm is open, any other waits */
export async function openFarm(size: number): Promise<Farm> {
  const turn = await takeTurn();
  const pairs = await Promise.all(
    Array.from({ length: size }, () => Promise.all([createTestDatabase(), createTestDatabase()])),
  );
  const children = pairs.map((pair) => {
    const urls = pair.map(({ ownerUrl }) => ownerUrl);
    return fork(SCRIPT, urls, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  });
  await Promise.all(children.map((child) => answerOf(child)));
  return {
    play: async (tasks, report) => {
      const waiting = [...tasks];
      await Promise.all(
        children.map(async (child) => {
          for (let task = waiting.shift(); task; task = waiting.shift()) {
            const answered = answerOf(child);
            child.send(task);
            const answer = await answered;
            if (answer.kind !== "ready") report(task, answer);
          }
        }),
      );
    },
    close: async () => {
      const ended = children.map((child) => once(child, "exit"));
      for (const child of children) child.disconnect();
      await Promise.all(ended);
      await Promise.all(pairs.flat().map((database) => database.drop()));
      await turn.end();
    },
  };
}

/** Two simulations at once would only slow each other down: each keeps as many cores busy as it has processes. */
async function takeTurn(): Promise<Client> {
  const client = new Client({ connectionString: inject("serverUrl") });
  await client.connect();
  await client.query("SELECT pg_advisory_lock(hashtext('simulation'))");
  return client;
}

/** The next answer of a child. A child that ends instead is a failure of the simulation. */
function answerOf(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A process of the simulation ended with code ${code}.`));
    child.once("exit", ended);
    child.once("message", (answer: Answer) => {
      child.off("exit", ended);
      resolve(answer);
    });
  });
}
