import { type Clock, systemClock } from "../clock.ts";
import type { Logger } from "../observability/log.ts";
import type { Database } from "./pool.ts";

/** Clocks of two machines drift apart by milliseconds in this time. */
const LOOK_AGAIN_MS = 60_000;
/** A look that took longer says too little. */
const SLOWEST_LOOK_MS = 1_000;

export interface DatabaseClockParts {
  /** Reads the database's time. */
  read(): Promise<Date>;
  /** What was read last. */
  time: Date;
  /** Milliseconds from some beginning; goes on evenly, and may stand still while the machine is suspended. */
  monotonic?(): number;
  sleep?: Clock["sleep"];
}

/**
 * The database's time: workers on several machines agree on it, whatever the clocks of their hosts say. It is read every
 * minute; in between it is carried on by the time that has passed in this process, which nobody can set.
 */
export class DatabaseClock implements Clock {
  readonly sleep: Clock["sleep"];
  readonly #read: DatabaseClockParts["read"];
  readonly #monotonic: () => number;
  /** The database's time in ms since 1970, less the monotonic time. */
  #offset: number;

  constructor({ read, time, monotonic, sleep }: DatabaseClockParts) {
    this.#read = read;
    this.#monotonic = monotonic ?? (() => performance.now());
    this.sleep = sleep ?? systemClock.sleep;
    this.#offset = time.getTime() - this.#monotonic();
  }

  static async of(db: Database): Promise<DatabaseClock> {
    const read = async () => {
      const { rows } = await db.query<{ time: Date }>(`SELECT clock_timestamp() AS "time"`);
      if (!rows[0]) throw new Error("The database has not said what time it is.");
      return rows[0].time;
    };
    return new DatabaseClock({ read, time: await read() });
  }

  now(): Date {
    return new Date(this.#monotonic() + this.#offset);
  }

  /** Reads the time anew: that of a machine which was suspended is behind until then. */
  async ask(): Promise<Date> {
    await this.#look();
    return this.now();
  }

  /** Reads it every minute until the signal aborts. While the database does not answer, time goes on as before. */
  async keep(log: Logger, ended: AbortSignal): Promise<void> {
    for (;;) {
      await this.sleep(LOOK_AGAIN_MS, ended);
      if (ended.aborted) return;
      await this.#look().catch((error) => log.debug({ event: "clock.not_read", error }));
    }
  }

  async #look(): Promise<void> {
    const asked = this.#monotonic();
    const time = (await this.#read()).getTime();
    const answered = this.#monotonic();
    if (answered - asked <= SLOWEST_LOOK_MS) this.#offset = time - (asked + answered) / 2;
  }
}
