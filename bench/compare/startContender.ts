import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { nodeOptionsOf } from "../../test/support/cli.ts";
import type { Given, Part, Usage } from "./contender.ts";

/** What each contender is called, and the options of Node that it runs with. */
export const CONTENDERS = {
  // It holds a million requests in memory.
  floor: { title: "floor", options: ["--max-old-space-size=12288"] },
  // Those that it starts itself with.
  product: { title: "LiveDash", options: nodeOptionsOf("worker") },
  aiSdk: { title: "AI SDK", options: [] },
  naive: { title: "`openai` script", options: [] },
} as const;

export type ContenderName = keyof typeof CONTENDERS;
export const NAMES = Object.keys(CONTENDERS) as ContenderName[];

const PROCESS = path.resolve(import.meta.dirname, "process.ts");

/** A contender in a process of its own. */
export interface Started {
  /** Null where it has no such part. */
  do(part: Part): Promise<Usage | null>;
  /** Has it end. Answers how many answers it has. */
  end(): Promise<number>;
  kill(): void;
}

export async function startContender(name: ContenderName, given: Given): Promise<Started> {
  const child = spawn(process.execPath, [...CONTENDERS[name].options, PROCESS, name, JSON.stringify(given)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ask = async (message: Part | "end") => {
    const answer = answerOf(child);
    child.send(message);
    return await answer;
  };
  await answerOf(child);
  return {
    do: async (part) => (await ask(part)) as Usage | null,
    end: async () => Number(await ask("end")),
    kill: () => {
      if (child.exitCode === null) child.kill("SIGTERM");
    },
  };
}

/** The next message of a process. @throws if it ends without one */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const leave = (code: number | null) => ended.abort(new Error(`A contender ended with code ${code}.`));
  child.once("exit", leave);
  try {
    return (await once(child, "message", { signal: ended.signal }))[0];
  } finally {
    child.off("exit", leave);
  }
}
