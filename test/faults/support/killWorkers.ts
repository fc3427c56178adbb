import { once } from "node:events";
import { createInterface } from "node:readline";
import { systemClock } from "../../../lib/clock.ts";
import { type RunningCommand, startCommand } from "../../support/cli.ts";

/** A place for a worker: when its process is killed, another one takes it. */
export interface Slot {
  readonly name: string;
  command: RunningCommand;
  /** The last event that its process has logged. */
  lastEvent: string;
  /** Whether it has begun its work; before that it may well fail to start during an outage. */
  started: boolean;
  suspended: boolean;
}

export interface Fleet {
  slots: readonly Slot[];
  /** Processes that ended without having been told to; there must be none. */
  deaths: string[];
  /** Resolves with the first process that logs the event from now on; undefined if none does in time. */
  waitFor(event: string, limitMs: number): Promise<Slot | undefined>;
  /** Ends its process at once and starts another one. Answers the last event before. */
  kill(slot: Slot): Promise<string>;
  suspend(slot: Slot): void;
  resume(slot: Slot): void;
  /** From here on, processes may fail to start until `outageEnds`. */
  outageBegins(): void;
  outageEnds(): void;
  /** Waits until so many have begun their work. */
  begun(count: number): Promise<void>;
  /** Asks all to stop, once all have begun. Answers their exit codes. */
  stop(): Promise<(number | null)[]>;
  /** Ends all, whatever state they are in. */
  destroy(): Promise<void>;
}

/** Whether workers begin and end shows from outside only by looking. */
const LOOK_MS = 20;
const MOST_LOOKS = 12_000;

/** Starts so many `livedash run` processes, and keeps them running. */
export function startFleet(count: number, env: Record<string, string>): Fleet {
  const deaths: string[] = [];
  const listeners = new Set<(slot: Slot, event: string) => void>();
  const expected = new WeakSet<RunningCommand>();
  let outages = 0;
  let inOutage = false;
  let closing = false;

  const start = (slot: Omit<Slot, "command">): RunningCommand => {
    const command = startCommand(["run"], env);
    const outagesBefore = outages;
    const duringOutage = inOutage;
    Object.assign(slot, { command, lastEvent: "(none)", started: false, suspended: false });
    const taken = slot as Slot;
    if (command.child.stderr) {
      createInterface({ input: command.child.stderr }).on("line", (line) => {
        if (taken.command !== command) return;
        const event = eventOf(line);
        if (event === undefined) return;
        taken.lastEvent = event;
        if (event === "schedulers.started") taken.started = true;
        for (const listener of listeners) listener(taken, event);
      });
    }
    void command.finished.then(({ code, stderr }) => {
      if (expected.has(command) || closing) return;
      const excused = !taken.started && (duringOutage || outages > outagesBefore);
      if (!excused)
        deaths.push(`${taken.name} ended with ${code ?? command.child.signalCode}: ${stderr.slice(-2_000)}`);
      start(taken);
    });
    return command;
  };
  const slots = Array.from({ length: count }, (_, index): Slot => {
    const slot = { name: `worker ${index}`, lastEvent: "", started: false, suspended: false };
    const command = start(slot);
    return Object.assign(slot, { command });
  });

  const begun = async (wanted: number) => {
    for (let look = 0; slots.filter((slot) => slot.started).length < wanted; look++) {
      if (look === MOST_LOOKS)
        throw new Error(`Workers do not begin:${describe(slots.filter((slot) => !slot.started))}`);
      await systemClock.sleep(LOOK_MS);
    }
  };
  const destroy = async () => {
    closing = true;
    await Promise.all(slots.map(({ command }) => endAtOnce(command)));
  };
  return {
    slots,
    deaths,
    waitFor: (event, limitMs) =>
      new Promise((resolve) => {
        const settle = (slot: Slot | undefined) => {
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(slot);
        };
        const listener = (slot: Slot, said: string) => {
          if (said === event && !slot.suspended) settle(slot);
        };
        const timer = setTimeout(() => settle(undefined), limitMs);
        listeners.add(listener);
      }),
    kill: async (slot) => {
      const { command, lastEvent } = slot;
      expected.add(command);
      await endAtOnce(command);
      start(slot);
      return lastEvent;
    },
    suspend: (slot) => {
      slot.suspended = true;
      slot.command.child.kill("SIGSTOP");
    },
    resume: (slot) => {
      slot.suspended = false;
      slot.command.child.kill("SIGCONT");
    },
    outageBegins: () => {
      outages++;
      inOutage = true;
    },
    outageEnds: () => {
      inOutage = false;
    },
    begun,
    stop: async () => {
      await begun(count);
      closing = true;
      for (const { command } of slots) command.child.kill("SIGTERM");
      const codes = Promise.all(slots.map(async ({ command }) => (await command.finished).code));
      const limit = systemClock.sleep(MOST_LOOKS * LOOK_MS).then(() => undefined);
      const ended = await Promise.race([codes, limit]);
      if (ended) return ended;
      throw new Error(
        `Workers do not stop:${describe(slots.filter(({ command }) => command.child.exitCode === null))}`,
      );
    },
    destroy,
  };
}

function describe(slots: readonly Slot[]): string {
  return slots.map(({ name, command }) => `\n${name}: ${command.stderr().slice(-3_000)}`).join("");
}

async function endAtOnce({ child }: RunningCommand): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** The event of a log line; for the status of a provider batch, with the status. */
function eventOf(line: string): string | undefined {
  try {
    const { event, providerStatus } = JSON.parse(line) as { event?: string; providerStatus?: string };
    return event === "batch.status" ? `${event} ${providerStatus}` : event;
  } catch {
    return undefined;
  }
}
