import { type Clock, systemClock } from "../clock.ts";
import { LiveDashError } from "../errors.ts";
import type { Logger } from "../observability/log.ts";
import type { Database } from "./pool.ts";

/** Clocks of two machines drift apart by milliseconds in this time. */
const LOOK_AGAIN_MS = 60_000;

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
      if (!rows[0]) throw new LiveDashError("database_time_unknown", "The database did not say what time it is.");
      return rows[0].time;
    };
    return new DatabaseClock({ read, time: await read() });
  }

  now(): Date {
    return new Date(this.#monotonic() + this.#offset);
  }

  /** The latest that it can be, read anew: what waits from then on is not cut short, and `now` no longer behind. */
  async ask(): Promise<Date> {
    const asked = this.#monotonic();
    const time = (await this.#read()).getTime();
    const answered = this.#monotonic();
    // It was read at some moment between the two.
    const [least, most] = [time - answered, time - asked];
    this.#offset = Math.min(Math.max(this.#offset, least), most);
    return new Date(answered + most);
  }

  /** Reads it every minute until the signal aborts. While the database does not answer, time goes on as before. */
  async keep(log: Logger, ended: AbortSignal): Promise<void> {
    for (;;) {
      await this.sleep(LOOK_AGAIN_MS, ended);
      if (ended.aborted) return;
      await this.ask().catch((error) => log.debug({ event: "clock.not_read", error }));
    }
  }
}
